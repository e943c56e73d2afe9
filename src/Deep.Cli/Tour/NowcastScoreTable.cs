using System.Text;
using Deep.Nowcast;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>The scores of all forecasts by lead time, the best of each in colour.</summary>
internal static class NowcastScoreTable
{
    private static readonly int[] Minutes = [5, 15, 30, 45, 60];

    /// <summary>Writes the table.</summary>
    public static void Append(StringBuilder html, NowcastRun run)
    {
        var names = run.Scores.Models.Select(model => model.Name).ToArray();
        html.Append("<div class=\"scores\"><table>\n<thead>\n<tr><th></th>");
        html.Append($"<th colspan=\"{names.Length}\">CRPS, mm/h</th>");
        foreach (var threshold in run.Scores.Protocol.Thresholds)
        {
            html.Append($"<th colspan=\"{names.Length}\">CSI, {Number(threshold, "0.##")} mm/h or more</th>");
        }

        html.Append("</tr>\n<tr><th>lead time</th>");
        for (var i = 0; i <= run.Scores.Protocol.Thresholds.Count; i++)
        {
            html.Append(string.Concat(names.Select(name => $"<th>{Text(name)}</th>")));
        }

        html.Append("</tr>\n</thead>\n<tbody>\n");
        foreach (var minutes in Minutes)
        {
            html.Append($"<tr><th>+{minutes} min</th>");
            LeadScores[] scores = [.. names.Select(name => run.At(name, minutes))];
            AppendCells(html, [.. scores.Select(score => score.Crps.Exact)], "F3", isLessBetter: true);
            for (var i = 0; i < run.Scores.Protocol.Thresholds.Count; i++)
            {
                AppendCells(html, [.. scores.Select(score => score.MemberTables[i].CriticalSuccessIndex)], "F2", isLessBetter: false);
            }

            html.Append("</tr>\n");
        }

        html.Append("</tbody>\n</table></div>\n");
    }

    private static void AppendCells(StringBuilder html, double[] values, string format, bool isLessBetter)
    {
        var known = values.Where(double.IsFinite).DefaultIfEmpty(double.NaN);
        var best = isLessBetter ? known.Min() : known.Max();
        foreach (var value in values)
        {
            html.Append($"<td{(value == best ? " class=\"best\"" : "")}>{(double.IsFinite(value) ? Number(value, format) : "–")}</td>");
        }
    }
}
