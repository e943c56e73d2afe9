using System.Globalization;
using System.Text;
using Deep.Nowcast;

namespace Deep.Experiments.Nowcast;

/// <summary>The experiment's tables in Markdown: every model in each, extrapolation and persistence among them.</summary>
internal static class NowcastTables
{
    private static readonly int[] Scales = [4, 8, 16, 32];

    /// <summary>CRPS and CSI by lead time, and spectra at the last.</summary>
    public static string Of(NowcastReport report)
    {
        var text = new StringBuilder();
        int[] steps = [.. Enumerable.Range(0, report.LeadMinutes.Count).Where(step => step % 3 == 2)];
        string[] leads = [.. steps.Select(step => Text($"+{report.LeadMinutes[step]:0} min"))];
        Table(text, "CRPS, mm/h", leads, report, (_, lead, _) => lead.Crps.Exact, steps, "0.0000");
        foreach (var (index, threshold) in report.Protocol.Thresholds.Index())
        {
            Table(text, Text($"CSI of members at {threshold} mm/h"), leads, report, (_, lead, _) => lead.MemberTables[index].CriticalSuccessIndex, steps, "0.000");
        }

        Table(text, "error of the mean (RMSE), mm/h", leads, report, (_, lead, _) => lead.RootMeanSquaredError, steps, "0.000");
        Spectra(text, report);
        return text.ToString();
    }

    /// <summary>The share of each rank at the last lead time, before and after calibration.</summary>
    public static string Ranks(IEnumerable<(string Name, NowcastReport Report, string Model)> all)
    {
        var text = new StringBuilder();
        foreach (var (name, report, model) in all)
        {
            var ranks = report.Of(model).Leads[^1].Ranks;
            text.AppendLine(Text(
                $"ranks {name}, unevenness {ranks.Unevenness:0.000}: {string.Join(' ', ranks.Shares.Select(share => Text($"{100 * share:0.0}")))} %"));
        }

        return text.ToString();
    }

    private static void Spectra(StringBuilder text, NowcastReport report)
    {
        text.AppendLine().AppendLine(Text($"| power at +{report.LeadMinutes[^1]:0} min over the observed | {string.Join(" | ", Scales.Select(scale => $"{scale} km"))} |"));
        text.AppendLine("| --- |" + string.Concat(Scales.Select(_ => " ---: |")));
        if (report.ObservedSpectra[^1] is not { } observed)
        {
            return;
        }

        foreach (var model in report.Models)
        {
            var last = model.Leads[^1];
            Row(text, $"{model.Name}, member", last.MemberSpectrum, observed);
            if (last.Crps.Members > 1)
            {
                Row(text, $"{model.Name}, mean", last.MeanSpectrum, observed);
            }
        }
    }

    private static void Row(StringBuilder text, string name, RadialSpectrum? spectrum, RadialSpectrum observed) => text.AppendLine(Text(
        $"| {name} | {string.Join(" | ", Scales.Select(scale => spectrum is null ? "-" : Text($"{At(spectrum, scale) / At(observed, scale):0.00}")))} |"));

    // The mean power of the octave around a wavelength: one ring alone is of few waves.
    private static double At(RadialSpectrum spectrum, double kilometres) => Enumerable.Range(1, spectrum.Power.Count - 1)
        .Where(i => Math.Abs(Math.Log2(spectrum.Wavelengths[i] / kilometres)) <= 0.5).Average(i => spectrum.Power[i]);

    private static void Table(
        StringBuilder text, string title, string[] columns, NowcastReport report, Func<ModelScores, LeadScores, int, double> value, int[] steps, string format)
    {
        text.AppendLine().AppendLine(Text($"| {title} | {string.Join(" | ", columns)} |")).AppendLine("| --- |" + string.Concat(columns.Select(_ => " ---: |")));
        foreach (var model in report.Models)
        {
            text.AppendLine(Text($"| {model.Name} | {string.Join(" | ", steps.Select(step => value(model, model.Leads[step], step).ToString(format, CultureInfo.InvariantCulture)))} |"));
        }
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
