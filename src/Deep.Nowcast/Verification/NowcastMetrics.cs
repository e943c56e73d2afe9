namespace Deep.Nowcast;

/// <summary>
/// Scores of rain forecasts in double precision. Fields are lists of cells, row by row; NaN is "no observation" or "no
/// forecast" and is left out. Results of several cases add up, with weights, before a score is taken from them.
/// </summary>
/// <remarks>Pure functions: safe from any number of threads.</remarks>
public static partial class NowcastMetrics
{
    /// <summary>A picture's values as the list of cells that the scores take.</summary>
    /// <param name="field">[height, width].</param>
    /// <returns>height · width values, row by row.</returns>
    public static double[] Cells(float[,] field)
    {
        ArgumentNullException.ThrowIfNull(field);
        var cells = new double[field.Length];
        var place = 0;
        foreach (var value in field)
        {
            cells[place++] = value;
        }

        return cells;
    }

    /// <summary>Counts hits, misses, false alarms and correct negatives of a threshold (at or above it; NaN left out).</summary>
    /// <param name="forecast">The forecast's cells.</param>
    /// <param name="observed">The observed cells, as many.</param>
    /// <param name="threshold">In the fields' unit.</param>
    /// <exception cref="ShapeException">The fields differ in size, or are empty.</exception>
    public static CategoricalTable Categorical(ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, double threshold) =>
        Categorical(forecast, observed, new RainEvent(threshold));

    /// <summary>Counts hits, misses, false alarms and correct negatives of an event.</summary>
    /// <param name="forecast">The forecast's cells.</param>
    /// <param name="observed">The observed cells, as many.</param>
    /// <param name="rain">The event, with its comparison and its rule for missing cells.</param>
    /// <exception cref="ShapeException">The fields differ in size, or are empty.</exception>
    public static CategoricalTable Categorical(ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, RainEvent rain)
    {
        CellChecks.RequireSame(forecast.Length, observed.Length);
        long hits = 0, misses = 0, falseAlarms = 0, negatives = 0;
        for (var i = 0; i < forecast.Length; i++)
        {
            if (rain.Counts(forecast[i], observed[i]))
            {
                var (expected, happened) = (rain.Occurs(forecast[i]), rain.Occurs(observed[i]));
                hits += expected && happened ? 1 : 0;
                misses += !expected && happened ? 1 : 0;
                falseAlarms += expected && !happened ? 1 : 0;
                negatives += !expected && !happened ? 1 : 0;
            }
        }

        return new(hits, misses, falseAlarms, negatives);
    }
}
