namespace Deep.Perceivers;

/// <summary>Each pixel of a picture [B, C, H, W] projected to more channels: a 1 x 1 convolution.</summary>
public sealed record Conv1x1Config : PreprocessorConfig
{
    /// <summary>Channels of a pixel. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>Channels after the convolution. Default 256.</summary>
    public int ConvChannels { get; init; } = 256;

    /// <summary>Stride of the convolution. Default 1.</summary>
    public int SpatialDownsample { get; init; } = 1;

    /// <inheritdoc/>
    public override int FeatureChannels => ConvChannels;

    internal override int? Axes => 2;

    internal override void Validate(string setting)
    {
        AtLeastOne(InputChannels, $"{setting}.{nameof(InputChannels)}");
        AtLeastOne(ConvChannels, $"{setting}.{nameof(ConvChannels)}");
        AtLeastOne(SpatialDownsample, $"{setting}.{nameof(SpatialDownsample)}");
        base.Validate(setting);
    }
}
