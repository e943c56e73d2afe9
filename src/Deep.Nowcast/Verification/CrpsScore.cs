using static Deep.Nowcast.CellChecks;

namespace Deep.Nowcast;

/// <summary>The continuous ranked probability score of an ensemble, as sums over cells that add up over cases.</summary>
/// <remarks>
/// CRPS = mean |X − y| − ½ mean |X − X'| over members X, X' (Gneiting and Raftery 2007, equation 21); in mm/h, smaller is
/// better; of one member it is the absolute error. Ties between members and observation, which rain is full of, are exact.
/// </remarks>
/// <param name="Members">How many members the ensembles have.</param>
/// <param name="Cells">Σ weight of the cells.</param>
/// <param name="ErrorSum">Σ weight · mean over members |X − y|.</param>
/// <param name="PairSum">Σ weight · Σ over ordered pairs of members |X − X'|.</param>
public readonly record struct CrpsScore(int Members, double Cells, double ErrorSum, double PairSum)
{
    /// <summary>The score of the ensemble as it is: pairs count 1 / m². NaN without cells.</summary>
    public double Exact => Ratio(ExactSum, Cells);

    /// <summary>
    /// The score that an ensemble of infinitely many such members would have (Ferro 2014): pairs count 1 / (m (m − 1)).
    /// NaN for one member.
    /// </summary>
    public double Fair => Members < 2 ? double.NaN : Ratio(ErrorSum - (PairSum / (2.0 * Members * (Members - 1))), Cells);

    /// <summary>Mean |X − y| over members and cells.</summary>
    public double MeanAbsoluteError => Ratio(ErrorSum, Cells);

    internal double ExactSum => ErrorSum - (Members == 0 ? 0 : PairSum / (2.0 * Members * Members));

    /// <summary>The sums of both.</summary>
    /// <exception cref="ShapeException">The ensembles have different numbers of members.</exception>
    public static CrpsScore operator +(CrpsScore left, CrpsScore right) =>
        left.Members == 0 ? right : right.Members == 0 ? left : left.Members == right.Members
            ? new(left.Members, left.Cells + right.Cells, left.ErrorSum + right.ErrorSum, left.PairSum + right.PairSum)
            : throw new ShapeException($"Scores of {left.Members} and of {right.Members} members cannot be pooled.");

    /// <summary>The sums of both.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    /// <exception cref="ShapeException">The ensembles have different numbers of members.</exception>
    public static CrpsScore Add(CrpsScore left, CrpsScore right) => left + right;

    /// <summary>The sums with every cell counted <paramref name="weight"/> times.</summary>
    /// <param name="weight">Zero or above.</param>
    public CrpsScore Weighted(double weight) => new(Members, Cells * weight, ErrorSum * weight, PairSum * weight);
}
