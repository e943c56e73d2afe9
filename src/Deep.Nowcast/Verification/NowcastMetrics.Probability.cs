namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>Tabulates probabilities of an event with what was observed.</summary>
    /// <param name="probabilities">Forecast probabilities, 0 to 1.</param>
    /// <param name="observed">The observed cells, as many. A cell with NaN in either is left out.</param>
    /// <param name="rain">The event.</param>
    /// <exception cref="ShapeException">The fields differ in size, or are empty.</exception>
    /// <exception cref="ConfigurationException">A probability is not between 0 and 1.</exception>
    public static ProbabilityTable Probabilities(ReadOnlySpan<double> probabilities, ReadOnlySpan<double> observed, RainEvent rain)
    {
        CellChecks.RequireSame(probabilities.Length, observed.Length);
        var table = new ProbabilityTable();
        for (var i = 0; i < observed.Length; i++)
        {
            if (!double.IsNaN(probabilities[i]) && !double.IsNaN(observed[i]))
            {
                table.Add(probabilities[i], 1, rain.Occurs(observed[i]) ? 1 : 0);
            }
        }

        return table;
    }

    /// <summary>Tabulates the probabilities that an ensemble gives by its share of members, k / m.</summary>
    /// <param name="members">Member after member, each of as many cells as were observed.</param>
    /// <param name="observed">The observed cells. A cell with NaN here or in any member is left out.</param>
    /// <param name="rain">The event.</param>
    /// <exception cref="ShapeException">The members are not fields of the observation's cells.</exception>
    public static ProbabilityTable EnsembleProbabilities(
        ReadOnlySpan<double> members, ReadOnlySpan<double> observed, RainEvent rain)
    {
        var (cells, count) = (observed.Length, CellChecks.RequireMembers(members.Length, observed.Length));
        var (given, events) = (new long[count + 1], new long[count + 1]);
        for (var cell = 0; cell < cells; cell++)
        {
            var (votes, missing) = (0, double.IsNaN(observed[cell]));
            for (var member = 0; member < count && !missing; member++)
            {
                var value = members[(member * cells) + cell];
                missing = double.IsNaN(value);
                votes += rain.Occurs(value) ? 1 : 0;
            }

            if (!missing)
            {
                given[votes]++;
                events[votes] += rain.Occurs(observed[cell]) ? 1 : 0;
            }
        }

        var table = new ProbabilityTable();
        for (var votes = 0; votes <= count; votes++)
        {
            table.Add((double)votes / count, given[votes], events[votes]);
        }

        return table;
    }
}
