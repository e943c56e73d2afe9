namespace Deep.Nowcast;

/// <summary>
/// How often the observation falls between which members of an ensemble (Hamill 2001): flat for a reliable ensemble, a U
/// for one with too little spread. Histograms of cases add up.
/// </summary>
/// <param name="Counts">Weights of the ranks 0 (below all members) to m (above all): m + 1 numbers.</param>
public sealed record RankHistogram(IReadOnlyList<double> Counts)
{
    /// <summary>The weight of all cells that were counted.</summary>
    public double Cells => Counts.Sum();

    /// <summary>The shares of the ranks; NaN where no cell was counted.</summary>
    public IReadOnlyList<double> Shares => [.. Counts.Select(c => CellChecks.Ratio(c, Cells))];

    /// <summary>
    /// The distance from a flat histogram, Σ |share − 1 / (m + 1)|: 0 for a reliable ensemble, towards 2 where all
    /// observations have one rank. NaN where no cell was counted.
    /// </summary>
    public double Unevenness => Shares.Sum(s => Math.Abs(s - (1.0 / Counts.Count)));

    /// <summary>The counts of both.</summary>
    /// <param name="other">A histogram of as many members.</param>
    /// <exception cref="ShapeException">The numbers of members differ.</exception>
    public RankHistogram Add(RankHistogram other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return other.Counts.Count == Counts.Count
            ? new([.. Counts.Zip(other.Counts, (a, b) => a + b)])
            : throw new ShapeException($"Rank histograms of {Counts.Count - 1} and of {other.Counts.Count - 1} members cannot be pooled.");
    }

    /// <summary>The histogram with every cell counted <paramref name="weight"/> times.</summary>
    /// <param name="weight">Zero or above.</param>
    public RankHistogram Weighted(double weight) => new([.. Counts.Select(c => c * weight)]);
}
