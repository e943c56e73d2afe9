using System.Globalization;
using Deep.Nowcast;

namespace Deep.Cli.Nowcasts;

/// <summary>The files that a forecast becomes.</summary>
internal static class NowcastFiles
{
    private const int MapWidth = 360;

    /// <summary>Writes them.</summary>
    /// <param name="folder">Where to; made where it is missing.</param>
    /// <param name="format">tif or nc.</param>
    /// <param name="past">What was observed.</param>
    /// <param name="forecast">The forecast.</param>
    /// <param name="model">What made it.</param>
    /// <param name="above">The rain rate of the map of probabilities, mm/h.</param>
    /// <returns>Their paths.</returns>
    public static IReadOnlyList<string> Write(string folder, string format, RadarSequence past, NowcastEnsemble forecast, string model, double above)
    {
        Directory.CreateDirectory(folder);
        var numbers = Path.Combine(folder, $"forecast.{format}");
        var frames = RainFrames.Of(forecast, model);
        if (format == "nc")
        {
            RadarWriter.WriteNetCdf(numbers, frames);
        }
        else
        {
            RadarWriter.WriteGeoTiff(numbers, frames);
        }

        List<string> files = [numbers, Path.Combine(folder, "maps.png"), Path.Combine(folder, "animation.gif")];
        var shown = Shown(forecast.Steps);
        RadarMap.Draw(
            [MapPanel.Of(past.Fields[^1], "observed"), .. shown.Select(step => MapPanel.Of(forecast.Field(0, step), Title(forecast, step)))], width: MapWidth)
            .Save(files[1]);
        GifAnimation.Write(files[2],
        [
            .. past.Fields.Select(field => RadarMap.Draw(field, string.Create(CultureInfo.InvariantCulture, $"observed {field.Time:HH:mm}"), MapWidth)),
            .. Enumerable.Range(0, forecast.Steps).Select(step => RadarMap.Draw(forecast.Field(0, step), Title(forecast, step), MapWidth)),
        ]);
        if (forecast.Members > 1)
        {
            files.Add(Path.Combine(folder, "probability.png"));
            RadarMap.Draw(
                [.. shown.Select(step => Probability(forecast, step, above))], RainPalette.Probability, MapWidth).Save(files[3]);
        }

        return files;
    }

    private static MapPanel Probability(NowcastEnsemble forecast, int step, double above)
    {
        var minutes = (int)Math.Round((step + 1) * forecast.Cadence.TotalMinutes);
        return MapPanel.Of(
            string.Create(CultureInfo.InvariantCulture, $"{above:0.##} mm/h or more, +{minutes} min"), forecast.ExceedanceProbability(minutes, above), forecast.Grid);
    }

    // The first third, the second and the last.
    private static int[] Shown(int steps) => [.. new[] { steps / 3, 2 * steps / 3, steps }.Where(step => step > 0).Distinct().Select(step => step - 1)];

    private static string Title(NowcastEnsemble forecast, int step) =>
        string.Create(CultureInfo.InvariantCulture, $"forecast +{(step + 1) * forecast.Cadence.TotalMinutes:0} min");
}
