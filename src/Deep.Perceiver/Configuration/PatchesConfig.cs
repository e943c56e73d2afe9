namespace Deep.Perceivers;

/// <summary>
/// Patches of a picture [B, C, H, W] or a video [B, T, C, H, W]: space to depth, channels in the order (dt dh dw c).
/// </summary>
/// <remarks>
/// Optical flow is this too: two frames whose pixels carry their 3 x 3 neighbourhoods, [B, 2, 27, H, W], merged in time
/// to 54 channels and projected to 64.
/// </remarks>
public sealed record PatchesConfig : PreprocessorConfig
{
    /// <summary>Channels of a pixel. Default 3.</summary>
    public int InputChannels { get; init; } = 3;

    /// <summary>True: the input is video. Default false.</summary>
    public bool Video { get; init; }

    /// <summary>
    /// True: the patches of a video cover all of its frames, so that rows have positions in height and width alone.
    /// Default false.
    /// </summary>
    public bool MergeTime { get; init; }

    /// <summary>Side of a patch in pixels. Default 4.</summary>
    public int SpatialDownsample { get; init; } = 4;

    /// <summary>Frames of a patch. Default 1.</summary>
    public int TemporalDownsample { get; init; } = 1;

    /// <summary>Channels of a linear projection of each patch; null, the default: none.</summary>
    public int? Projected { get; init; }

    /// <summary>Channels of a patch.</summary>
    public int PatchChannels => InputChannels * SpatialDownsample * SpatialDownsample * (Video ? TemporalDownsample : 1);

    /// <inheritdoc/>
    public override int FeatureChannels => Projected ?? PatchChannels;

    internal override int? Axes => Video && !MergeTime ? 3 : 2;

    internal override void Validate(string setting)
    {
        AtLeastOne(InputChannels, $"{setting}.{nameof(InputChannels)}");
        AtLeastOne(SpatialDownsample, $"{setting}.{nameof(SpatialDownsample)}");
        AtLeastOne(TemporalDownsample, $"{setting}.{nameof(TemporalDownsample)}");
        Require.That(Projected is null or > 0, $"{setting}.{nameof(Projected)}", "1 or more, or null", Projected);
        Require.That(Video || !MergeTime, $"{setting}.{nameof(MergeTime)}", "false for pictures", MergeTime);
        base.Validate(setting);
    }
}
