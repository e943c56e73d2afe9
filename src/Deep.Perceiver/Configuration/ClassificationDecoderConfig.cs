namespace Deep.Perceivers;

/// <summary>One learned query, projected to the logits of classes, [B, classes].</summary>
public sealed record ClassificationDecoderConfig : DecoderConfig
{
    /// <summary>Classes, 1 or more.</summary>
    public required int Classes { get; init; }

    /// <summary>Channels of the query. Default 1024.</summary>
    public int Width { get; init; } = 1024;

    internal override int OutputChannels(PreprocessorConfig input) => Classes;

    internal override int QueryChannels(PreprocessorConfig input) => Width;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Require.That(Classes >= 1, $"{setting}.{nameof(Classes)}", "1 or more", Classes);
        Require.That(Width >= 1, $"{setting}.{nameof(Width)}", "1 or more", Width);
    }
}
