namespace Deep.Perceivers;

/// <summary>One linear layer for each row: [B, O, outputs].</summary>
public sealed record ProjectionOutputConfig : PostprocessorConfig
{
    /// <summary>Channels of an output, 1 or more.</summary>
    public required int Outputs { get; init; }

    internal override void Validate(string setting, PerceiverConfig config, int channels) =>
        Require.That(Outputs >= 1, $"{setting}.{nameof(Outputs)}", "1 or more", Outputs);
}
