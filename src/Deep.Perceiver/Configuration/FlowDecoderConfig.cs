namespace Deep.Perceivers;

/// <summary>
/// The rows of the byte array are the queries, so each input gets an output, in the input's grid: [B, H, W, 2] for
/// optical flow (Perceiver IO, section 4.2), [B, M, K] for a set (its section 4.4, StarCraft's entities).
/// </summary>
public sealed record FlowDecoderConfig : DecoderConfig
{
    /// <summary>K. Default 2.</summary>
    public int Outputs { get; init; } = 2;

    /// <summary>What outputs are divided by. Default 100; optical flow in pixels is 20 times that.</summary>
    public double RescaleFactor { get; init; } = 100;

    internal override int OutputChannels(PreprocessorConfig input) => Outputs;

    internal override int QueryChannels(PreprocessorConfig input) => input.Channels;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Require.That(Outputs >= 1, $"{setting}.{nameof(Outputs)}", "1 or more", Outputs);
        Require.That(double.IsFinite(RescaleFactor) && RescaleFactor != 0, $"{setting}.{nameof(RescaleFactor)}", "finite and not 0", RescaleFactor);
    }
}
