namespace Deep.Perceivers;

/// <summary>The logits of classes from the first row, [B, classes].</summary>
public sealed record ClassificationOutputConfig : PostprocessorConfig
{
    /// <summary>Classes, 1 or more; 1 for regression.</summary>
    public required int Classes { get; init; }

    /// <summary>
    /// Width of a hidden layer with tanh before the logits (the GLUE heads of Perceiver IO, section D.3); null, the
    /// default: none.
    /// </summary>
    public int? Hidden { get; init; }

    internal override void Validate(string setting, PerceiverConfig config, int channels)
    {
        Require.That(Classes >= 1, $"{setting}.{nameof(Classes)}", "1 or more", Classes);
        Require.That(Hidden is null or > 0, $"{setting}.{nameof(Hidden)}", "1 or more, or null", Hidden);
    }
}
