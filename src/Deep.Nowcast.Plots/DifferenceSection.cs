using System.Globalization;
using System.Text;
using static Deep.Nowcast.Plots.Markup;

namespace Deep.Nowcast.Plots;

/// <summary>Differences to a reference, with how sure they are.</summary>
internal static class DifferenceSection
{
    public static void Write(StringBuilder page, NowcastReport report, NowcastPageOptions options)
    {
        string? Named(string name) => report.Models.FirstOrDefault(m => m.Name == name)?.Name;
        var reference = options.Reference ?? Named("extrapolation") ?? Named("persistence") ?? report.Models[^1].Name;
        _ = report.Of(reference);
        if (report.Models.Count < 2)
        {
            return;
        }

        var resampling = options.Resampling ?? ResamplingOptions.Default;
        var places = OverviewSection.Places(report, 3);
        page.Add($"<h2>Differences to {Text(reference)}</h2><p>With the {Setting(resampling.Confidence * 100)} % interval of a bootstrap over blocks of ");
        page.Add($"{Setting(resampling.Block.TotalHours)} h{(resampling.EveryOther ? ", every other of them" : "")}, and the p-value of a paired permutation test over the same blocks. ");
        page.Append("For CSI above 0 is better, for CRPS below. p: how often a difference as large comes about where the two models' scores are swapped at random within each block; of n blocks it ");
        page.Append("cannot be below 2 / 2ⁿ, so few blocks say little.</p>");
        foreach (var model in report.Models.Where(m => m.Name != reference))
        {
            Table(
                page, model.Name, ["score", .. places.SelectMany(p => new[] { OverviewSection.Minutes(report, p), "p" }), "blocks"],
                report.ComparedScores.Select(score => Row(report.Compare(model.Name, reference, score, resampling), score, places)));
        }
    }

    private static IEnumerable<string> Row(IReadOnlyList<ScoreDifference> differences, string score, int[] places)
    {
        yield return Text(NameOf(score));
        foreach (var d in places.Select(p => differences[p]))
        {
            yield return double.IsNaN(d.Lower) ? Score(d.Difference) : $"{Score(d.Difference)} [{Score(d.Lower)}, {Score(d.Upper)}]";
            yield return d.PValue < 0.001 ? "&lt; 0.001" : Score(d.PValue);
        }

        yield return differences[0].Blocks.ToString(CultureInfo.InvariantCulture);
    }

    private static string NameOf(string score) => score.Split(' ') switch
    {
        ["csi", .. var rate] => $"CSI, {string.Join(' ', rate)}",
        ["crps", "average", var window] => $"CRPS, mean of {window} × {window} cells",
        ["crps", "maximum", var window] => $"CRPS, maximum of {window} × {window} cells",
        ["crps"] => "CRPS, single cells",
        _ => score,
    };
}
