using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>Scores over the lead time, and spectra at some of them.</summary>
internal static class LeadSection
{
    public static void Write(StringBuilder page, NowcastReport report)
    {
        var protocol = report.Protocol;
        var nothing = "not defined: nothing was observed";
        page.Append("<h2>Scores by lead time</h2><p>CSI, the critical success index: hits over hits, misses and false alarms, of every member's own yes or no; 1 is perfect, 0 has no hit.</p>");
        Models(page, report);
        page.Append("<div class=\"figures\">");
        for (var t = 0; t < protocol.Thresholds.Count; t++)
        {
            var threshold = t;
            Curves(page, report, $"CSI, at least {Setting(protocol.Thresholds[t])} mm/h", "CSI", lead => lead.MemberTables[threshold].CriticalSuccessIndex, 1);
        }

        page.Append("</div><p>CRPS, the continuous ranked probability score: the distance between the forecast distribution and the observation, in mm/h; 0 is perfect. For a single forecast it is the ");
        page.Append("absolute error. Fair: what infinitely many such members would have, so that ensembles of different sizes can be compared; a single forecast has none. ");
        page.Append("Pooled: mean or maximum of windows first, so that a small displacement counts less.</p><div class=\"figures\">");
        Curves(page, report, "CRPS of single cells", "CRPS, mm/h", lead => lead.Crps.Exact, null, nothing);
        if (report.Models.Any(m => m.Members > 1))
        {
            Curves(page, report, "Fair CRPS of single cells", "fair CRPS, mm/h", lead => lead.Crps.Fair, null, nothing);
        }

        for (var p = 0; p < report.Models[0].Leads[0].PooledCrps.Count; p++)
        {
            var (place, pooled) = (p, report.Models[0].Leads[0].PooledCrps[p]);
            if (pooled.Window > 1)
            {
                var kind = pooled.Pooling == Pooling.Average ? "mean" : "maximum";
                Curves(page, report, $"CRPS of the {kind} of {Square(report, pooled.Window)}", "CRPS, mm/h", lead => lead.PooledCrps[place].Score.Exact, null, nothing);
            }
        }

        Fractions(page, report);
        page.Append("</div><p>Rain rate of the ensemble mean. RMSE: the typical error, in which large ones count most; 0 is perfect. Bias: forecast minus observed; above 0 it forecasts ");
        page.Append("too much rain. Correlation: whether rain is forecast where it falls, whatever its amount; 1 is perfect.</p><div class=\"figures\">");
        Curves(page, report, "Error of the mean (RMSE)", "RMSE, mm/h", lead => lead.RootMeanSquaredError, null, nothing);
        Curves(page, report, "Bias of the mean", "bias, mm/h", Bias, null, nothing, least: null, level: 0);
        Curves(page, report, "Correlation of the mean", "correlation", Correlation, 1, nothing, least: null);
        page.Append("</div>");
        Spectra(page, report);
    }

    /// <summary>Forecast minus observed of the ensemble mean, mm/h.</summary>
    public static double Bias(LeadScores lead) => lead.MeanErrors.Cells > 0 ? lead.MeanErrors.MeanError : double.NaN;

    /// <summary>Pearson's correlation of the ensemble mean; NaN where either does not vary.</summary>
    public static double Correlation(LeadScores lead) =>
        lead.MeanErrors.Cells > 0 ? new ContinuousScores(lead.MeanErrors, double.NaN, double.NaN).PearsonCorrelation : double.NaN;

    /// <summary>A window in cells and kilometres.</summary>
    public static string Square(NowcastReport report, int cells) =>
        $"{cells} × {cells} cells ({Setting(Math.Round(cells * report.PixelKilometres, 1))} km)";

    private static void Fractions(StringBuilder page, NowcastReport report)
    {
        var protocol = report.Protocol;
        if (protocol.FractionScales.Count == 0)
        {
            return;
        }

        var middle = (protocol.Thresholds.Count - 1) / 2;
        var half = 0.5 + (report.Models[0].Leads[^1].MemberTables[middle].BaseRate / 2);
        page.Append("</div><p>FSS, the fractions skill score (Roberts and Lean 2008): whether as much of a window has rain as was observed, wherever in it; 1 is perfect. ");
        page.Append("Above the dotted line, ½ and half the share of cells with rain at the last lead time, a forecast is useful at that scale.</p><div class=\"figures\">");
        for (var s = 0; s < protocol.FractionScales.Count; s++)
        {
            var scale = s;
            Curves(
                page, report, $"FSS, {Setting(protocol.Thresholds[middle])} mm/h in {Square(report, protocol.FractionScales[s])}", "FSS",
                lead => lead.Fractions[middle][scale].Value, 1, level: half);
        }
    }

    private static void Curves(
        StringBuilder page, NowcastReport report, string title, string name, Func<LeadScores, double> score, double? most, string? without = null,
        double? least = 0, double level = double.NaN)
    {
        var chart = new Chart(
            title, new("lead time, minutes", 0, report.LeadMinutes[^1]), new(name, least, most),
            [
                .. report.Models.Select((model, m) => new ChartSeries(
                    [.. model.Leads.Select((lead, i) => (report.LeadMinutes[i], score(lead)))], PageStyle.ColourOf(m), PageStyle.DashOf(m))),
            ])
        { Level = level };
        (without is null ? chart : chart with { Without = without }).Write(page);
    }

    private static void Spectra(StringBuilder page, NowcastReport report)
    {
        page.Append("<h2>Spectra</h2><p>How much the rain varies at each wavelength. A forecast below the observation is blurred there, one above it is too grainy; a good member ");
        page.Append("lies on it, the mean of an ensemble cannot. ");
        var size = report.ObservedSpectra.FirstOrDefault(s => s is { Weight: > 0 }) is { Frequencies.Count: > 1 } some
            ? $"Of squares of {Square(report, (int)Math.Round(1 / (some.Frequencies[1] * report.PixelKilometres)))} that the observation and all models know." : "";
        page.Add($"{size}</p>");
        Models(page, report, [("observed", PageStyle.Ink, ""), .. report.Models.Any(m => m.Members > 1) ? [("mean of the members, in the model's colour", "#777", "1 3")] : Array.Empty<(string, string, string)>()]);
        page.Append("<div class=\"figures\">");
        foreach (var place in OverviewSection.Places(report, 3))
        {
            var series = new List<ChartSeries> { new(Points(report.ObservedSpectra[place]), PageStyle.Ink, Width: 3) };
            foreach (var (model, m) in report.Models.Select((model, m) => (model, m)))
            {
                series.Add(new(Points(model.Leads[place].MemberSpectrum), PageStyle.ColourOf(m), PageStyle.DashOf(m)));
                if (model.Members > 1)
                {
                    series.Add(new(Points(model.Leads[place].MeanSpectrum), PageStyle.ColourOf(m), "1 3", Width: 1.5));
                }
            }

            var counted = report.ObservedSpectra[place]?.Weight ?? 0;
            (new Chart(
                $"Power at {OverviewSection.Minutes(report, place)} ({Setting(counted)} fields)", new("wavelength, km", Logarithmic: true, Reversed: true),
                new("power, (mm/h)²", Logarithmic: true), series) with
            { Without = "not defined: no square was known as a whole" }).Write(page);
        }

        page.Append("</div>");
    }

    private static (double X, double Y)[] Points(RadialSpectrum? spectrum) =>
        spectrum is null ? [] : [.. spectrum.Wavelengths.Zip(spectrum.Power).Skip(1)];
}
