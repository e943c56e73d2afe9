using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>Cutmix: a box of a picture is laid over a partner (1905.04899), in the form of the NFNet recipe.</summary>
/// <remarks>
/// The picture shows inside the box and the partner outside it; the picture's share of the label is the box's share of
/// the area after clipping at the edges (deepmind-research, nfnets/dataset.py). Immutable, safe for many threads.
/// </remarks>
public sealed record Cutmix
{
    /// <summary>
    /// The shape of Beta(α, α), of which the proportion is drawn; above 0. The NFNet recipe uses 1, the uniform
    /// distribution.
    /// </summary>
    public double Alpha { get; init; } = 1;

    /// <summary>A box for each picture.</summary>
    /// <param name="count">N.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="random">The source of the draws.</param>
    public CutmixDraw[] Draw(int count, int height, int width, RandomState random)
    {
        if (!(Alpha > 0 && double.IsFinite(Alpha)))
        {
            throw new ConfigurationException("Cutmix.Alpha", "a finite number above 0", Alpha);
        }

        var draws = new CutmixDraw[count];
        for (var i = 0; i < count; i++)
        {
            draws[i] = new CutmixDraw(random.NextInt32(width), random.NextInt32(height), random.NextBeta(Alpha, Alpha));
        }

        return draws;
    }

    /// <summary>The boxes as masks: 1 inside, 0 outside.</summary>
    /// <param name="draws">N draws.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <returns>
    /// [N, 1, H, W] of f32 on the CPU; the caller disposes it. Its mean over H and W is the ratio of the labels.
    /// </returns>
    public static Tensor Masks(ReadOnlySpan<CutmixDraw> draws, int height, int width)
    {
        var masks = new float[draws.Length * height * width];
        for (var i = 0; i < draws.Length; i++)
        {
            var (left, top, right, bottom) = draws[i].Box(height, width);
            for (var y = top; y < bottom; y++)
            {
                masks.AsSpan((((i * height) + y) * width) + left, right - left).Fill(1);
            }
        }

        return tensor(masks, [draws.Length, 1, height, width]);
    }

    /// <summary>mask · picture + (1 − mask) · partner.</summary>
    /// <param name="pictures">[N, C, H, W] of float.</param>
    /// <param name="partners">[N, C, H, W] of float.</param>
    /// <param name="masks">[N, 1, H, W], 1 where the picture shows.</param>
    /// <returns>[N, C, H, W]; the caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes do not fit together.</exception>
    public static Tensor Apply(Tensor pictures, Tensor partners, Tensor masks)
    {
        Mixing.RequirePairs(pictures, partners, masks, "masks");
        using var scope = NewDisposeScope();
        return where(masks.to(pictures.device).to(ScalarType.Bool), pictures, partners).MoveToOuterDisposeScope();
    }
}
