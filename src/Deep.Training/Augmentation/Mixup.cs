using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>Mixup: a picture becomes the weighted mean of itself and a partner (1710.09412).</summary>
/// <remarks>Immutable, safe for many threads.</remarks>
public sealed record Mixup
{
    /// <summary>The shape of Beta(α, α), of which the ratio is drawn; above 0. The NFNet recipe uses 0.2.</summary>
    public double Alpha { get; init; } = 0.2;

    /// <summary>A ratio for each picture.</summary>
    /// <param name="count">N.</param>
    /// <param name="random">The source of the draws.</param>
    public float[] Draw(int count, RandomState random)
    {
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
        {
            throw new ConfigurationException("Mixup.Alpha", "a finite number above 0", Alpha);
        }

        var ratios = new float[count];
        for (var i = 0; i < count; i++)
        {
            ratios[i] = (float)random.NextBeta(Alpha, Alpha);
        }

        return ratios;
    }

    /// <summary>ratio · picture + (1 − ratio) · partner.</summary>
    /// <param name="pictures">[N, C, H, W] of float.</param>
    /// <param name="partners">[N, C, H, W] of float.</param>
    /// <param name="ratio">[N], the share of the picture.</param>
    /// <returns>[N, C, H, W]; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes do not fit together.</exception>
    public static Tensor Apply(Tensor pictures, Tensor partners, Tensor ratio)
    {
        Mixing.RequirePairs(pictures, partners, ratio, "ratio");
        using var scope = NewDisposeScope();
        var share = ratio.to(pictures.dtype).view(-1, 1, 1, 1);
        return pictures.mul(share).PlusInPlace(partners.mul(share.neg().PlusInPlace(1))).MoveToOuterDisposeScope();
    }
}
