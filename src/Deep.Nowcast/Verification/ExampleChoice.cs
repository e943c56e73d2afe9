namespace Deep.Nowcast;

/// <summary>Which lead times an example shows, and the maps of a forecast at them.</summary>
internal static class ExampleChoice
{
    /// <summary>Steps at a sixth, a third, two thirds and the whole of the lead times: 15, 30, 60 and 90 minutes of the paper.</summary>
    public static int[] Steps(int steps) => [.. new[] { 6.0, 3, 1.5, 1 }.Select(part => Math.Max(1, (int)Math.Round(steps / part)) - 1).Distinct()];

    /// <summary>The middle of the thresholds: rain that matters and that was seen.</summary>
    public static double Threshold(NowcastProtocol protocol) => protocol.Thresholds[(protocol.Thresholds.Count - 1) / 2];

    public static ExampleMaps MapsOf(NowcastEnsemble forecast, NowcastProtocol protocol)
    {
        var (steps, threshold, several) = (Steps(protocol.Steps), Threshold(protocol), forecast.Members > 1);
        int Lead(int step) => (int)Math.Round((step + 1) * forecast.Cadence.TotalMinutes);
        return new(
            "", [.. steps.Select(step => forecast.Field(0, step))],
            several ? [.. steps.Select(step => forecast.Mean(Lead(step)))] : [],
            several ? [.. steps.Select(step => forecast.ExceedanceProbability(Lead(step), threshold))] : [], threshold);
    }

    /// <summary>The mean observed rain of a case: the example is the one with most of it.</summary>
    public static double Rain(NowcastCase one, int steps)
    {
        double sum = 0, cells = 0;
        foreach (var field in one.Future.Fields.Take(steps))
        {
            foreach (var value in field.Values)
            {
                (sum, cells) = float.IsNaN(value) ? (sum, cells) : (sum + value, cells + 1);
            }
        }

        return CellChecks.Ratio(sum, cells);
    }
}
