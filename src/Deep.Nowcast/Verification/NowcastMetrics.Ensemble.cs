namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>Counts the rank of each observed cell among the members there.</summary>
    /// <param name="members">Member after member, each of as many cells as were observed.</param>
    /// <param name="observed">The observed cells. A cell with NaN here or in any member is left out.</param>
    /// <param name="minimum">
    /// Values below it count as equal, and cells where observation and all members are below it are left out: dry cells
    /// say nothing about the spread. Null counts all cells.
    /// </param>
    /// <param name="seed">
    /// Draws the rank of an observation that ties with members at random, the same for the same seed; null gives each of
    /// the tied ranks its equal share, the expectation of the draws.
    /// </param>
    /// <exception cref="ShapeException">The members are not fields of the observation's cells.</exception>
    public static RankHistogram RankHistogram(
        ReadOnlySpan<double> members, ReadOnlySpan<double> observed, double? minimum = null, int? seed = null)
    {
        var (cells, count) = (observed.Length, CellChecks.RequireMembers(members.Length, observed.Length));
        var floor = minimum ?? double.NegativeInfinity;
        var draws = seed is { } start ? new Random(start) : null;
        var counts = new double[count + 1];
        for (var cell = 0; cell < cells; cell++)
        {
            var (below, tied, value) = (0, 0, observed[cell]);
            var (wet, missing) = (minimum is null || value >= floor, double.IsNaN(value));
            value = value >= floor ? value : double.NegativeInfinity;
            for (var member = 0; member < count && !missing; member++)
            {
                var other = members[(member * cells) + cell];
                missing = double.IsNaN(other);
                wet |= other >= floor;
                other = other >= floor ? other : double.NegativeInfinity;
                below += other < value ? 1 : 0;
                tied += other == value ? 1 : 0;
            }

            if (missing || !wet)
            {
                continue;
            }

            if (draws is not null)
            {
                counts[below + (tied == 0 ? 0 : draws.Next(tied + 1))]++;
                continue;
            }

            for (var rank = below; rank <= below + tied; rank++)
            {
                counts[rank] += 1.0 / (tied + 1);
            }
        }

        return new(counts);
    }

    /// <summary>Skill and spread of an ensemble by the root mean squared error.</summary>
    /// <param name="members">Member after member, each of as many cells as were observed.</param>
    /// <param name="observed">The observed cells.</param>
    /// <exception cref="ShapeException">The members are not fields of the observation's cells.</exception>
    public static EnsembleSkillSpread EnsembleSkill(ReadOnlySpan<double> members, ReadOnlySpan<double> observed) =>
        EnsembleSkill(members, observed, (forecast, truth) => Continuous(forecast, truth).RootMeanSquaredError);

    /// <summary>Skill and spread of an ensemble by any score.</summary>
    /// <param name="members">Member after member, each of as many cells as were observed.</param>
    /// <param name="observed">The observed cells.</param>
    /// <param name="score">The score of a forecast (first) against a truth.</param>
    /// <exception cref="ShapeException">The members are not fields of the observation's cells.</exception>
    public static EnsembleSkillSpread EnsembleSkill(
        ReadOnlySpan<double> members, ReadOnlySpan<double> observed, Func<double[], double[], double> score)
    {
        ArgumentNullException.ThrowIfNull(score);
        var count = CellChecks.RequireMembers(members.Length, observed.Length);
        var truth = observed.ToArray();
        var fields = new double[count][];
        for (var member = 0; member < count; member++)
        {
            fields[member] = members.Slice(member * truth.Length, truth.Length).ToArray();
        }

        var (skill, spread) = (0.0, 0.0);
        for (var one = 0; one < count; one++)
        {
            skill += score(fields[one], truth);
            for (var other = one + 1; other < count; other++)
            {
                spread += score(fields[one], fields[other]);
            }
        }

        return new(skill / count, CellChecks.Ratio(spread, count * (count - 1) / 2.0));
    }
}
