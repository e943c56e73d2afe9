namespace Deep.Nowcast;

/// <summary>All scores of a model at one lead time, pooled over cases, cells and members.</summary>
/// <remarks>Lists over thresholds and scales are in the protocol's order.</remarks>
public sealed record LeadScores
{
    /// <summary>The table of each threshold, of every member's own yes or no.</summary>
    public required IReadOnlyList<CategoricalTable> MemberTables { get; init; }

    /// <summary>The table of each threshold, of the ensemble mean's.</summary>
    public required IReadOnlyList<CategoricalTable> MeanTables { get; init; }

    /// <summary>The CRPS of single cells.</summary>
    public required CrpsScore Crps { get; init; }

    /// <summary>The CRPS of pooled fields, for every window that fits, average and maximum.</summary>
    public required IReadOnlyList<PooledCrpsScore> PooledCrps { get; init; }

    /// <summary>Bias and errors of the ensemble mean.</summary>
    public required ContinuousMoments MeanErrors { get; init; }

    /// <summary>Σ weight · variance of the members (with m − 1), for <see cref="Spread"/>; NaN for one member.</summary>
    public required double VarianceSum { get; init; }

    /// <summary>Fractions skill of the members: [thresholds][scales].</summary>
    public required IReadOnlyList<IReadOnlyList<FractionsSkill>> Fractions { get; init; }

    /// <summary>Ranks of the observations, ties spread evenly.</summary>
    public required RankHistogram Ranks { get; init; }

    /// <summary>Forecast probabilities of each threshold.</summary>
    public required IReadOnlyList<ProbabilityTable> Probabilities { get; init; }

    /// <summary>The members' mean spectrum; null where no field was known as a whole.</summary>
    public RadialSpectrum? MemberSpectrum { get; init; }

    /// <summary>The spectrum of the ensemble mean, which is smoother.</summary>
    public RadialSpectrum? MeanSpectrum { get; init; }

    /// <summary>√ of the mean error of the ensemble mean, squared.</summary>
    public double RootMeanSquaredError => MeanErrors.Cells > 0 ? Math.Sqrt(MeanErrors.MeanSquaredError) : double.NaN;

    /// <summary>
    /// √ of the mean variance of the members · (m + 1) / m: of a reliable ensemble it equals the error of its mean. NaN
    /// for one member.
    /// </summary>
    public double Spread => Math.Sqrt(CellChecks.Ratio(VarianceSum * (Crps.Members + 1) / Math.Max(1, Crps.Members), Crps.Cells));

    internal LeadScores Add(LeadScores other, double weight) => this with
    {
        MemberTables = Sum(MemberTables, other.MemberTables, (a, b) => a + b.Weighted(weight)),
        MeanTables = Sum(MeanTables, other.MeanTables, (a, b) => a + b.Weighted(weight)),
        Crps = Crps + other.Crps.Weighted(weight),
        PooledCrps = Sum(PooledCrps, other.PooledCrps, (a, b) => a with { Score = a.Score + b.Score.Weighted(weight) }),
        MeanErrors = MeanErrors + other.MeanErrors.Weighted(weight),
        VarianceSum = VarianceSum + (other.VarianceSum * weight),
        Fractions = Sum(Fractions, other.Fractions, (a, b) => Sum(a, b, (x, y) => x + y.Weighted(weight))),
        Ranks = Ranks.Add(other.Ranks.Weighted(weight)),
        Probabilities = Sum(Probabilities, other.Probabilities, (a, b) => Joined(a, b, weight)),
        MemberSpectrum = Sum(MemberSpectrum, other.MemberSpectrum, weight),
        MeanSpectrum = Sum(MeanSpectrum, other.MeanSpectrum, weight),
    };

    internal static RadialSpectrum? Sum(RadialSpectrum? a, RadialSpectrum? b, double weight) =>
        b is null || weight == 0 ? a : a is null ? b.Weighted(weight) : a.Add(b.Weighted(weight));

    internal LeadScores Weighted(double weight) => (this with
    {
        MemberTables = [.. MemberTables.Select(_ => default(CategoricalTable))],
        MeanTables = [.. MeanTables.Select(_ => default(CategoricalTable))],
        Crps = Crps.Weighted(0),
        PooledCrps = [.. PooledCrps.Select(p => p with { Score = p.Score.Weighted(0) })],
        MeanErrors = MeanErrors.Weighted(0),
        VarianceSum = 0,
        Fractions = [.. Fractions.Select(row => (IReadOnlyList<FractionsSkill>)[.. row.Select(_ => default(FractionsSkill))])],
        Ranks = Ranks.Weighted(0),
        Probabilities = [.. Probabilities.Select(_ => new ProbabilityTable())],
        MemberSpectrum = null,
        MeanSpectrum = null,
    }).Add(this, weight);

    private static ProbabilityTable Joined(ProbabilityTable a, ProbabilityTable b, double weight)
    {
        a.Add(b, weight);
        return a;
    }

    private static T[] Sum<T>(IReadOnlyList<T> a, IReadOnlyList<T> b, Func<T, T, T> add) => [.. a.Zip(b, add)];
}
