using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>Scores over the lead time, and spectra at some of them.</summary>
internal static class LeadSection
{
    public static void Write(StringBuilder page, NowcastReport report)
    {
        var protocol = report.Protocol;
        page.Append("<h2>Scores by lead time</h2><p>CSI: hits over hits, misses and false alarms, of every member's own yes or no; 1 is perfect.</p>");
        Models(page, report);
        page.Append("<div class=\"figures\">");
        for (var t = 0; t < protocol.Thresholds.Count; t++)
        {
            var threshold = t;
            Curves(page, report, $"CSI, at least {Setting(protocol.Thresholds[t])} mm/h", "CSI", lead => lead.MemberTables[threshold].CriticalSuccessIndex, 1);
        }

        page.Append("</div><p>CRPS: the distance between the forecast distribution and the observation, in mm/h; 0 is perfect. For one forecast it is the absolute error. ");
        page.Append("Pooled: mean or maximum of windows first, so that a small displacement counts less.</p><div class=\"figures\">");
        var nothing = "not defined: nothing was observed";
        Curves(page, report, "CRPS of single cells", "CRPS, mm/h", lead => lead.Crps.Exact, null, nothing);
        for (var p = 0; p < report.Models[0].Leads[0].PooledCrps.Count; p++)
        {
            var (place, pooled) = (p, report.Models[0].Leads[0].PooledCrps[p]);
            if (pooled.Window > 1)
            {
                var kind = pooled.Pooling == Pooling.Average ? "mean" : "maximum";
                Curves(page, report, $"CRPS of the {kind} of {pooled.Window} × {pooled.Window} cells", "CRPS, mm/h", lead => lead.PooledCrps[place].Score.Exact, null, nothing);
            }
        }

        Curves(page, report, "Error of the ensemble mean (RMSE)", "RMSE, mm/h", lead => lead.RootMeanSquaredError, null, nothing);
        var middle = (protocol.Thresholds.Count - 1) / 2;
        for (var s = 0; s < protocol.FractionScales.Count; s++)
        {
            var scale = s;
            Curves(
                page, report, $"Fractions skill, {Setting(protocol.Thresholds[middle])} mm/h within {protocol.FractionScales[s]} × {protocol.FractionScales[s]} cells", "FSS",
                lead => lead.Fractions[middle][scale].Value, 1);
        }

        page.Append("</div>");
        Spectra(page, report);
    }

    private static void Curves(
        StringBuilder page, NowcastReport report, string title, string name, Func<LeadScores, double> score, double? most, string? without = null)
    {
        var chart = new Chart(
            title, new("lead time, minutes", 0, report.LeadMinutes[^1]), new(name, 0, most),
            [
                .. report.Models.Select((model, m) => new ChartSeries(
                    [.. model.Leads.Select((lead, i) => (report.LeadMinutes[i], score(lead)))], PageStyle.ColourOf(m), PageStyle.DashOf(m))),
            ]);
        (without is null ? chart : chart with { Without = without }).Write(page);
    }

    private static void Spectra(StringBuilder page, NowcastReport report)
    {
        page.Append("<h2>Spectra</h2><p>How much the rain varies at each wavelength. A forecast below the observation is blurred there; a good member lies on it, ");
        page.Append("the mean of an ensemble (thin, dotted) cannot. Fields with a missing cell have no spectrum.</p>");
        Models(page, report, withObserved: true);
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
                new("power", Logarithmic: true), series) with
            { Without = "not defined: no field was observed as a whole" }).Write(page);
        }

        page.Append("</div>");
    }

    private static (double X, double Y)[] Points(RadialSpectrum? spectrum) =>
        spectrum is null ? [] : [.. spectrum.Wavelengths.Zip(spectrum.Power).Skip(1)];
}
