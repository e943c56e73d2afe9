using System.Globalization;
using System.Text.RegularExpressions;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Cli.Tour;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;
using static TorchSharp.torch;

namespace Deep.Cli.Tests.Tour;

public sealed partial class NowcastChapterTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    [Fact]
    public void It_shows_what_came_members_mean_probabilities_and_baselines_with_their_scores()
    {
        var report = new NowcastChapter().Run(new TourContext(folder.Root, new Silence(), TimeProvider.System), CancellationToken.None);

        Assert.Contains("synthetic, not radar", report.Html, StringComparison.Ordinal);
        Assert.Contains("no forecaster's tool", report.Html, StringComparison.Ordinal);
        Assert.Equal(4, report.Html.Split("<img src=\"data:image/png;base64,").Length - 1);
        Assert.Equal(1, report.Html.Split("<img src=\"data:image/gif;base64,").Length - 1);
        Assert.InRange(report.Html.Length, 100_000, 1_500_000);
        foreach (var term in new[] { "nowcast", "member", "probability map", "CRPS", "CSI" })
        {
            Assert.Contains($"<strong>{term}</strong>", report.Html, StringComparison.Ordinal);
        }

        var animation = File.ReadAllBytes(folder.At("nowcast.gif"));
        Assert.Equal("GIF89a"u8.ToArray(), animation[..6]);
        Assert.InRange(animation.Length, 50_000, 800_000);

        Assert.Equal(["dgmr", "extrapolation", "persistence"], report.Rows.Select(row => row[0]));
        var scores = report.Rows.SelectMany(row => row.Skip(1)).Select(text => double.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        Assert.All(scores, score => Assert.True(double.IsFinite(score)));

        // Five lead times, three forecasts, the CRPS and two thresholds of the CSI.
        var cells = Cells().Matches(report.Html).Select(match => match.Groups[1].Value).ToArray();
        Assert.Equal(5 * 3 * 3, cells.Length);
        Assert.Equal(report.Rows[0][2], cells[2 * 9]);
    }

    [Fact]
    public void Its_model_is_small_and_has_the_recipes_widths()
    {
        Assert.InRange(new FileInfo(NowcastModels.Small).Length, 1, 8_000_000);
        using var network = Dgmr.Load(NowcastModels.Small, device: CPU);
        var (found, expected) = (network.Config, SmallNowcast.Config);
        Assert.Equal(
            (expected.ContextFrames, expected.ContextChannels, expected.LatentChannels, expected.NoiseChannels),
            (found.ContextFrames, found.ContextChannels, found.LatentChannels, found.NoiseChannels));
    }

    [GeneratedRegex("<td(?: class=\"best\")?>([^<]*)</td>")]
    private static partial Regex Cells();

    private sealed class Silence : IProgressDisplay
    {
        public void Report(double fraction, string text)
        {
        }

        public void Note(string line)
        {
        }
    }
}
