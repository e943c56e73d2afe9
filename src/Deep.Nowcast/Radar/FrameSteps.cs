using System.Globalization;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Whether frames sorted by time are one sequence: one grid, one cadence, no gap, no time twice.</summary>
internal static class FrameSteps
{
    private const int MostNamed = 4;

    /// <summary>All frames lie on the grid of the first.</summary>
    public static void RequireOneGrid(IReadOnlyList<RadarField> fields)
    {
        var first = fields[0];
        if (fields.FirstOrDefault(field => !field.Grid.Matches(first.Grid)) is { } other)
        {
            throw new MediaException(
                other.Source, $"its grid ({Described(other.Grid)}) is not that of {first.Source} ({Described(first.Grid)}).");
        }
    }

    /// <summary>What most neighbours are apart, the shorter of two that are as frequent.</summary>
    public static TimeSpan CadenceOf(IReadOnlyList<RadarField> fields)
    {
        RequireDifferentTimes(fields);
        return fields.Count == 1
            ? fields[0].Interval ?? TimeSpan.Zero
            : fields.Zip(fields.Skip(1), (a, b) => b.Time - a.Time)
                .GroupBy(step => step).OrderByDescending(steps => steps.Count()).ThenBy(steps => steps.Key).First().Key;
    }

    /// <summary>All neighbours are one cadence apart.</summary>
    public static void RequireCadence(IReadOnlyList<RadarField> fields, TimeSpan cadence)
    {
        RequireDifferentTimes(fields);
        var wrong = fields.Zip(fields.Skip(1)).Where(pair => pair.Second.Time - pair.First.Time != cadence).ToList();
        if (wrong.Count == 0)
        {
            return;
        }

        var named = wrong.Take(MostNamed).Select(pair =>
            $"{Clock(pair.First.Time)} ({Name(pair.First)}) is followed by {Clock(pair.Second.Time)} ({Name(pair.Second)})");
        var more = wrong.Count > MostNamed ? $", and {wrong.Count - MostNamed} more" : "";
        throw new MediaException(
            wrong[0].Second.Source,
            $"the frames are not {cadence.TotalMinutes.ToString(CultureInfo.InvariantCulture)} minutes apart: "
            + $"{string.Join("; ", named)}{more}.");
    }

    /// <summary>Positions where a new run starts because the step before is not the cadence.</summary>
    public static IEnumerable<int> RunStarts(IReadOnlyList<RadarField> fields, TimeSpan cadence) =>
        Enumerable.Range(0, fields.Count).Where(i => i == 0 || fields[i].Time - fields[i - 1].Time != cadence);

    private static void RequireDifferentTimes(IReadOnlyList<RadarField> fields)
    {
        var twice = fields.Zip(fields.Skip(1)).FirstOrDefault(pair => pair.First.Time == pair.Second.Time);
        if (twice.First is { } first)
        {
            throw new MediaException(
                twice.Second.Source, $"it is of {Clock(first.Time)}, as {first.Source} is: one frame of a time is needed.");
        }
    }

    private static string Described(RadarGrid grid) => string.Create(
        CultureInfo.InvariantCulture,
        $"{grid.Height} x {grid.Width} cells, left {grid.Left:0.###}, top {grid.Top:0.###}, \"{grid.Projection}\"");

    private static string Clock(DateTimeOffset time) =>
        time.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    private static string Name(RadarField field) => Path.GetFileName(field.Source) is { Length: > 0 } name ? name : field.Source;
}
