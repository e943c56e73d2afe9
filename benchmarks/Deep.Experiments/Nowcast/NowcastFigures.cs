using System.Globalization;
using Deep.Nowcast;
using Deep.Training.Plots;

namespace Deep.Experiments.Nowcast;

/// <summary>A row of an event: the score by lead time, and the spectrum at the last one.</summary>
internal static class NowcastFigures
{
    private const int Width = 720;

    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(string name, NowcastReport report) => ComparisonFigure.DrawRow(
    [
        new ComparisonFigure
        {
            Title = $"{name}: ensemble against what came",
            XLabel = "lead time, minutes",
            YLabel = "CRPS, mm/h (less is better)",
            Width = Width,
            Series = [.. report.Models.Select(model => new ComparisonSeries(
                model.Name, [.. model.Leads.Select((lead, step) => new ComparisonPoint(report.LeadMinutes[step], [lead.Crps.Exact]))]))],
        },
        new ComparisonFigure
        {
            Title = string.Create(CultureInfo.InvariantCulture, $"{name}: what scales the fields hold after {report.LeadMinutes[^1]:0} minutes"),
            XLabel = "wavelength, km (logarithmic)",
            YLabel = "power, (mm/h)² (logarithmic)",
            XScale = AxisScale.Logarithmic,
            YScale = AxisScale.Logarithmic,
            Width = Width,
            Series = [.. Spectra(report)],
        },
    ]);

    // Persistence is an observation and has an observation's spectrum.
    private static IEnumerable<ComparisonSeries> Spectra(NowcastReport report)
    {
        if (report.ObservedSpectra[^1] is { } observed)
        {
            yield return Series("observed", observed);
        }

        foreach (var model in report.Models.Where(model => model.Name != Persistence.Default.Name))
        {
            var last = model.Leads[^1];
            if (last.MemberSpectrum is { } member)
            {
                yield return Series(last.Crps.Members > 1 ? $"{model.Name} member" : model.Name, member);
            }

            if (last.Crps.Members > 1 && last.MeanSpectrum is { } mean)
            {
                yield return Series($"{model.Name} mean", mean);
            }
        }
    }

    // The mean power, at frequency zero, has no wavelength.
    private static ComparisonSeries Series(string name, RadialSpectrum spectrum) => new(
        name, [.. Enumerable.Range(1, spectrum.Power.Count - 1).Select(i => new ComparisonPoint(spectrum.Wavelengths[i], [spectrum.Power[i]]))]);
}
