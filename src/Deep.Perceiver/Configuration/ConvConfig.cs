namespace Deep.Perceivers;

/// <summary>
/// A small convolutional front end: 7 x 7 convolution of stride 2, batch normalization, ReLU, 3 x 3 max-pool of stride 2
/// (Perceiver IO, section H.1).
/// </summary>
public sealed record ConvConfig : PreprocessorConfig
{
    /// <summary>Channels of a pixel of the picture [B, C, H, W]. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Channels of the convolutions. Default 64.</summary>
    public int ConvChannels { get; init; } = 64;

    /// <summary>How often convolution and pool are repeated; each divides both sides by 4. Default 1.</summary>
    public int Layers { get; init; } = 1;

    /// <summary>False: no batch normalization. Default true.</summary>
    public bool BatchNorm { get; init; } = true;

    /// <summary>How borders are treated. Default DeepMind's.</summary>
    public ConvSemantics Semantics { get; init; }

    /// <inheritdoc/>
    public override int FeatureChannels => ConvChannels;

    internal override int? Axes => 2;

    internal override void Validate(string setting)
    {
        AtLeastOne(InputChannels, $"{setting}.{nameof(InputChannels)}");
        AtLeastOne(ConvChannels, $"{setting}.{nameof(ConvChannels)}");
        AtLeastOne(Layers, $"{setting}.{nameof(Layers)}");
        base.Validate(setting);
    }
}
