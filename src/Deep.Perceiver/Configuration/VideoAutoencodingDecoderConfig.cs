namespace Deep.Perceivers;

/// <summary>A query for each pixel of a video; the output has the video's shape, [B, T, H, W, K].</summary>
public sealed record VideoAutoencodingDecoderConfig : DecoderConfig
{
    /// <summary>The queries, of three axes: frames, height, width.</summary>
    public required QueryConfig Queries { get; init; }

    /// <summary>K, the channels of an output.</summary>
    public int Outputs { get; init; } = 3;

    internal override int OutputChannels(PreprocessorConfig input) => Outputs;

    internal override int QueryChannels(PreprocessorConfig input) => Queries.Channels;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Require.That(Queries is not null, $"{setting}.{nameof(Queries)}", "given", null);
        Queries.Validate($"{setting}.{nameof(Queries)}");
        Require.That(Queries.Shape.Count == 3, $"{setting}.{nameof(Queries)}", "of three axes: frames, height, width", Queries.Shape.Count);
        Require.That(Outputs >= 1, $"{setting}.{nameof(Outputs)}", "1 or more", Outputs);
    }
}
