namespace Deep.Perceivers;

/// <summary>The pixels of a picture [B, C, H, W] or of a video [B, T, C, H, W], one row each.</summary>
public sealed record PixelsConfig : PreprocessorConfig
{
    /// <summary>Channels of a pixel. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>True: the input is video, positions have three axes. Default false.</summary>
    public bool Video { get; init; }

    /// <summary>Every n-th pixel along height and width is taken, the crudest way of downsampling. Default 1: all.</summary>
    public int SpatialDownsample { get; init; } = 1;

    /// <summary>Every n-th frame of a video is taken. Default 1: all.</summary>
    public int TemporalDownsample { get; init; } = 1;

    /// <inheritdoc/>
    public override int FeatureChannels => InputChannels;

    internal override int? Axes => Video ? 3 : 2;

    internal override void Validate(string setting)
    {
        AtLeastOne(InputChannels, $"{setting}.{nameof(InputChannels)}");
        AtLeastOne(SpatialDownsample, $"{setting}.{nameof(SpatialDownsample)}");
        AtLeastOne(TemporalDownsample, $"{setting}.{nameof(TemporalDownsample)}");
        base.Validate(setting);
    }
}
