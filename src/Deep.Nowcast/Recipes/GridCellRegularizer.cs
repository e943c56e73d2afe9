using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// K members, any shape of a field of cells

/// <summary>
/// The grid cell regulariser of DGMR (2104.00954, methods): how far the mean of the members is from what was observed, with heavy rain
/// weighing more.
/// </summary>
/// <remarks>
/// R = mean over observed cells of |E_z[G] − X| · w(X). Without it, the paper says, accuracy falls to about that of persistence. Cells that
/// were not observed (NaN) are no part of the mean and have no gradient; with none observed the loss is 0. Immutable.
/// </remarks>
public sealed record GridCellRegularizer
{
    /// <summary>The weight of a cell. Default <see cref="GridCellWeight.TruncatedPlusOne"/>.</summary>
    public GridCellWeight Weight { get; init; }

    /// <summary>The largest weight, or with <see cref="GridCellWeight.AsPrinted"/> the least, above 0. Default 24, the paper's.</summary>
    public double Cap { get; init; } = 24;

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    public void Validate()
    {
        if (!Enum.IsDefined(Weight))
        {
            throw new ConfigurationException("GridCellRegularizer.Weight", "one of the weights", Weight);
        }

        if (!(Cap > 0 && double.IsFinite(Cap)))
        {
            throw new ConfigurationException("GridCellRegularizer.Cap", "a finite number above 0", Cap);
        }
    }

    /// <summary>The loss of the members' mean.</summary>
    /// <param name="mean">The mean over the members, mm/h, with gradient.</param>
    /// <param name="observed">What came, mm/h, of the same shape; NaN where nothing was observed.</param>
    /// <returns>A scalar with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The shapes differ.</exception>
    public Tensor Of(Tensor mean, Tensor observed)
    {
        Shapes.Require(mean, observed.shape);
        using var scope = NewDisposeScope();
        var missing = observed.isnan();
        var target = observed.nan_to_num(0);
        var known = missing.logical_not().to(mean.dtype);
        using Scalar one = 1.0;
        var count = known.sum().clamp_min(one);
        var difference = mean.sub(target).abs().mul(WeightOf(target)).mul(known);
        return difference.sum().div(count).MoveToOuterDisposeScope();
    }

    /// <summary>The weight of each cell.</summary>
    /// <param name="observed">Rain in mm/h, without NaN.</param>
    /// <returns>Of the same shape. The caller disposes it.</returns>
    public Tensor WeightOf(Tensor observed)
    {
        using Scalar cap = Cap, zero = 0.0, one = 1.0;
        switch (Weight)
        {
            case GridCellWeight.Pseudocode:
                return observed.clamp(zero, cap);
            case GridCellWeight.AtLeastOne:
                return observed.clamp(one, cap);
            default:
                using (var plusOne = observed.Plus(1))
                {
                    return Weight == GridCellWeight.AsPrinted ? plusOne.clamp_min(cap) : plusOne.clamp_max(cap);
                }
        }
    }
}
