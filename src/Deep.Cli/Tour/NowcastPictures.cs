using System.Globalization;
using Deep.Nowcast;

namespace Deep.Cli.Tour;

/// <summary>The maps of the nowcasting chapter.</summary>
internal static class NowcastPictures
{
    /// <summary>The rain rate of the maps of probabilities, mm/h.</summary>
    public const double Above = 2;

    private const int SmallMap = 256;
    private const int LargeMap = 384;
    private const int FrameMilliseconds = 300;

    /// <summary>What was seen a quarter of an hour ago and now, and what came after half an hour and after an hour.</summary>
    public static byte[] Observed(NowcastRun run)
    {
        MapPanel[] panels =
        [
            MapPanel.Of(run.Past.Fields[0], Text($"seen {(run.Past.Start - run.Past.End).TotalMinutes:0} min")),
            MapPanel.Of(run.Past.Fields[^1], "seen last, the start"),
            .. NowcastRun.ShownMinutes.Select(minutes => MapPanel.Of(run.Future.Fields[run.Network.StepAt(minutes)], Text($"came at +{minutes} min"))),
        ];
        return RadarMap.Draw(panels, width: SmallMap).EncodePng();
    }

    /// <summary>All forecasts of one lead time beside what came.</summary>
    public static byte[] Forecasts(NowcastRun run, int minutes)
    {
        var step = run.Network.StepAt(minutes);
        MapPanel[] panels =
        [
            MapPanel.Of(run.Future.Fields[step], Text($"what came at +{minutes} min")),
            MapPanel.Of(run.Extrapolation.Field(0, step), "extrapolation"),
            MapPanel.Of(run.Past.Fields[^1], "persistence"),
            .. Enumerable.Range(0, 2).Select(member => MapPanel.Of(run.Network.Field(member, step), Text($"dgmr, member {member + 1}"))),
            MapPanel.Of(Text($"dgmr, mean of {run.Network.Members}"), run.Network.Mean(minutes), run.Network.Grid),
        ];
        return RadarMap.Draw(panels, width: LargeMap, columns: 3).EncodePng();
    }

    /// <summary>Where so much rain is likely, beside where it came.</summary>
    public static byte[] Probabilities(NowcastRun run) => RadarMap.Draw(
        [.. NowcastRun.ShownMinutes.SelectMany(minutes => new[]
        {
            MapPanel.Of(Text($"{Above:0.##} mm/h likely at +{minutes} min"), run.Network.ExceedanceProbability(minutes, Above), run.Network.Grid),
            new MapPanel(Text($"it came at +{minutes} min"), Came(run.Future.Fields[run.Network.StepAt(minutes)]), run.Network.Grid),
        })],
        RainPalette.Probability, SmallMap).EncodePng();

    /// <summary>The whole hour and the twenty minutes before it: what came, a member and the extrapolation, moving.</summary>
    public static byte[] Animation(NowcastRun run)
    {
        var past = run.Past.Fields.Select(field => Frame(field, field, field, (field.Time - run.Past.End).TotalMinutes, "seen"));
        var future = run.Future.Fields.Select((field, step) => Frame(
            field, run.Network.Field(0, step), run.Extrapolation.Field(0, step), (field.Time - run.Past.End).TotalMinutes, "came"));
        return GifAnimation.Encode([.. past, .. future], FrameMilliseconds);
    }

    private static Deep.Media.Picture Frame(RadarField observed, RadarField member, RadarField moved, double minutes, string verb)
    {
        var time = minutes > 0 ? Text($"+{minutes:0} min") : Text($"{minutes:0} min");
        return RadarMap.Draw(
            [MapPanel.Of(observed, $"{verb} {time}"), MapPanel.Of(member, "dgmr, member 1"), MapPanel.Of(moved, "extrapolation")], width: SmallMap);
    }

    // 1 where it rained so much, 0 where it did not, NaN where nobody saw.
    private static float[] Came(RadarField field) =>
        [.. field.Values.Select(value => float.IsNaN(value) ? value : value >= Above ? 1f : 0f)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
