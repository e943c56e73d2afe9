using Deep.Media;

namespace Deep.Perceivers;

/// <summary>What an <see cref="OpticalFlow"/> loads and how it computes.</summary>
public sealed class OpticalFlowOptions : PerceiverOptions
{
    /// <summary>Tiles that are computed at once, 1 to 64: more are computed in turn. Default 1, the least memory.</summary>
    public int BatchSize { get; set; } = 1;

    /// <summary>Pixels that neighbouring tiles share at least: 0 to less than a tile's sides. Default 20.</summary>
    public int MinOverlap { get; set; } = 20;

    /// <summary>Pixels in one unit of the network's output, above 0. Default 20, as in the released model.</summary>
    public double PixelsPerUnit { get; set; } = 20;

    /// <summary>What a picture may cost.</summary>
    public MediaLimits Limits { get; set; } = MediaLimits.Default;

    /// <inheritdoc/>
    public override void Validate()
    {
        base.Validate();
        Check(BatchSize is >= 1 and <= 64, "1 to 64", BatchSize);
        Check(MinOverlap >= 0, "0 or more", MinOverlap);
        Check(PixelsPerUnit > 0 && double.IsFinite(PixelsPerUnit), "above 0", PixelsPerUnit);
        Check(Limits is not null, "limits", Limits);
        Limits!.Validate();
    }
}
