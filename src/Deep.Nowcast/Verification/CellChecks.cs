namespace Deep.Nowcast;

/// <summary>Checks that fields and ensembles fit each other before a score is computed, and how a ratio without a denominator reads.</summary>
internal static class CellChecks
{
    /// <summary>a / b, or NaN where b is not above zero: the score is undefined, neither 0 nor 1.</summary>
    public static double Ratio(double numerator, double denominator) => denominator > 0 ? numerator / denominator : double.NaN;

    /// <summary>Requires two fields of the same number of cells, one or more.</summary>
    public static void RequireSame(int forecast, int observed)
    {
        if (forecast != observed || observed == 0)
        {
            throw new ShapeException($"Forecast and observation must have the same cells, one or more, but have {forecast} and {observed}.");
        }
    }

    /// <summary>Requires a field of height by width cells.</summary>
    public static void RequireGrid(int cells, int height, int width)
    {
        if (height < 1 || width < 1 || cells != (long)height * width)
        {
            throw new ShapeException($"A field of {height} x {width} has {(long)height * width} cells, but has {cells}.");
        }
    }

    /// <summary>Requires members of as many cells as were observed, one after another.</summary>
    /// <returns>The number of members.</returns>
    public static int RequireMembers(int values, int observed)
    {
        if (observed == 0 || values == 0 || values % observed != 0)
        {
            throw new ShapeException($"Members must be one or more fields of the observation's {observed} cells, but have {values} values.");
        }

        return values / observed;
    }
}
