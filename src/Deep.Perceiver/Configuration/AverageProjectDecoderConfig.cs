namespace Deep.Perceivers;

/// <summary>The head of the original Perceiver: the mean over latents, then one linear layer, [B, classes].</summary>
public sealed record AverageProjectDecoderConfig : DecoderConfig
{
    /// <summary>Classes, 1 or more.</summary>
    public required int Classes { get; init; }

    /// <summary>True: layer normalization between the mean and the linear layer (lucidrains). Default false, the paper's.</summary>
    public bool Norm { get; init; }

    internal override int OutputChannels(PreprocessorConfig input) => Classes;

    internal override int QueryChannels(PreprocessorConfig input) => 0;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Require.That(Classes >= 1, $"{setting}.{nameof(Classes)}", "1 or more", Classes);
    }
}
