using System.Text.Json;
using Deep.Nowcast;
using Deep.Nowcast.Tests.Forecasting;

namespace Deep.Nowcast.Tests.Verification;

public class VerificationTests
{
    private static readonly NowcastProtocol Small = new()
    {
        Steps = 3,
        Members = 4,
        Thresholds = [1, 4, 1000],
        PoolingWindows = [1, 4],
        FractionScales = [1, 5],
        SpectrumPixels = 16,
        Accumulations = [0.5],
    };

    [Fact]
    public void An_event_is_cut_into_all_whole_cases()
    {
        var cases = NowcastCase.Of(Moving(12), context: 4, leads: 3, stride: 2).ToList();
        Assert.Equal(3, cases.Count);
        Assert.All(cases, c => Assert.Equal((4, 3, c.Past.End + c.Past.Cadence), (c.Past.Count, c.Future.Count, c.Future.Start)));
        Assert.Empty(NowcastCase.Of(Moving(6), context: 4, leads: 3));
    }

    [Fact]
    public void Scores_are_pooled_over_cases_with_their_weights()
    {
        NowcastCase[] two = [.. NowcastCase.Of(Moving(12), 4, 3, 5)];
        var report = NowcastVerification.Run([two[0], two[1] with { Weight = 3 }], [Persistence.Default], Small);
        var expected = default(CategoricalTable);
        foreach (var (one, weight) in two.Zip([1, 3]))
        {
            expected += NowcastMetrics.Categorical(
                [.. one.Past.Fields[^1].Values.Select(v => (double)v)], [.. one.Future.Fields[2].Values.Select(v => (double)v)], 4).Weighted(weight);
        }

        Assert.Equal(expected, report.Of("persistence").Leads[2].MemberTables[1]);
        Assert.Equal(4, report.Weight);
        Assert.Equal([5, 10, 15], report.LeadMinutes);
    }

    [Fact]
    public void Models_are_scored_on_the_same_cells()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Moving(9), 4, 3, 2), [Persistence.Default, Extrapolation.Default], Small);
        var all = NowcastVerification.Run(
            NowcastCase.Of(Moving(9), 4, 3, 2), [Persistence.Default, Extrapolation.Default], Small with { CommonCells = false });
        Assert.Equal(report.Models[0].Leads[2].Crps.Cells, report.Models[1].Leads[2].Crps.Cells);
        Assert.True(all.Models[0].Leads[2].Crps.Cells > all.Models[1].Leads[2].Crps.Cells);
    }

    [Fact]
    public void Moving_rain_is_forecast_better_by_extrapolation_and_the_test_says_so()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Moving(24), 4, 3, 2), [Extrapolation.Default, Persistence.Default], Small);
        var csi = report.Compare("extrapolation", "persistence", "csi 4 mm/h", new() { Block = TimeSpan.FromMinutes(10) });
        Assert.True(csi[2].Difference > 0 && csi[2].Lower > 0 && csi[2].PValue < 0.05, csi[2].ToString());
        var same = report.Compare("persistence", "persistence", "crps");
        Assert.All(same, d => Assert.Equal((0, 1), (d.Difference, d.PValue)));
        Assert.Throws<ConfigurationException>(() => report.Compare("extrapolation", "persistence", "beauty"));
    }

    [Fact]
    public void An_ensemble_has_spread_ranks_and_probabilities()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Moving(9), 4, 3, 2), [new NoisyNowcaster(), Persistence.Default], Small);
        var (noisy, still) = (report.Models[0].Leads[0], report.Models[1].Leads[0]);
        Assert.Equal((4, 1), (report.Models[0].Members, report.Models[1].Members));
        Assert.True(noisy.Spread > 0 && noisy.Crps.Exact < noisy.Crps.MeanAbsoluteError);
        Assert.Equal(double.NaN, still.Spread);
        Assert.Equal(5, noisy.Ranks.Counts.Count);
        Assert.True(noisy.Probabilities[0].Rows.Count() > 2);
    }

    [Fact]
    public void Thresholds_that_are_never_reached_and_dry_events_have_no_scores()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Rain.Constant(9, 24, 24, 0), 4, 3, 2), [Persistence.Default, new NoisyNowcaster()], Small);
        foreach (var row in report.Rows().Where(r => r.Score is "csi" or "pod" or "far" or "fss" or "roc_area" or "brier_skill" or "rank_unevenness"))
        {
            Assert.True(double.IsNaN(row.Value), row.ToString());
        }

        Assert.All(report.Rows().Where(r => r.Score == "crps"), r => Assert.Equal(0, r.Value));
        var difference = report.Compare("noisy", "persistence", "csi 1 mm/h")[0];
        Assert.Equal((double.NaN, double.NaN), (difference.Difference, difference.PValue));
    }

    [Fact]
    public void Events_of_which_nothing_was_observed_have_no_scores()
    {
        var report = NowcastVerification.Run(NowcastCase.Of(Rain.Constant(8, 24, 24, float.NaN), 4, 3, 2), [Persistence.Default], Small);
        Assert.All(report.Rows().Where(r => r.Score != "cells"), r => Assert.True(double.IsNaN(r.Value), r.ToString()));
        Assert.All(report.ObservedSpectra, Assert.Null);
    }

    [Fact]
    public void The_report_is_written_as_json_and_csv_without_numbers_that_are_none()
    {
        var folder = Directory.CreateTempSubdirectory();
        try
        {
            var report = NowcastVerification.Run(NowcastCase.Of(Moving(8), 4, 3, 2), [Persistence.Default, new NoisyNowcaster("a, \"b\"")], Small);
            var (json, csv) = (Path.Combine(folder.FullName, "r.json"), Path.Combine(folder.FullName, "r.csv"));
            report.SaveJson(json);
            report.SaveCsv(csv);
            using var document = JsonDocument.Parse(File.ReadAllBytes(json));
            Assert.Equal("deep-nowcast-report/1", document.RootElement.GetProperty("format").GetString());
            var scores = document.RootElement.GetProperty("models")[0].GetProperty("scores").EnumerateArray().ToList();
            Assert.Contains(scores, s => s.GetProperty("score").GetString() == "csi" && s.GetProperty("value").ValueKind == JsonValueKind.Null);
            var lines = File.ReadAllLines(csv);
            Assert.Equal(report.Rows().Count() + 1, lines.Length);
            Assert.DoesNotContain(lines, l => l.Contains("NaN", StringComparison.Ordinal) || l.Contains('∞', StringComparison.Ordinal));
            Assert.Contains(lines, l => l.StartsWith("\"a, \"\"b\"\"\",5,csi,1,,", StringComparison.Ordinal));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void Bad_cases_and_cancellation_end_with_one_clear_exception()
    {
        NowcastCase[] cases = [.. NowcastCase.Of(Moving(8), 4, 3, 1)];
        Assert.Throws<ConfigurationException>(() => NowcastVerification.Run([], [Persistence.Default], Small));
        Assert.Throws<ConfigurationException>(() => NowcastVerification.Run(cases, [], Small));
        Assert.Throws<ConfigurationException>(() => NowcastVerification.Run(cases, [Persistence.Default, Persistence.Default], Small));
        Assert.Throws<ShapeException>(() => NowcastVerification.Run(cases, [Persistence.Default], Small with { Steps = 4 }));
        Assert.Throws<ShapeException>(() => NowcastVerification.Run(cases, [Persistence.Default], Small with { WindowPixels = 500 }));
        Assert.Throws<ShapeException>(() => NowcastVerification.Run(
            [cases[0], .. NowcastCase.Of(Rain.Constant(8, 24, 25, 1), 4, 3)], [Persistence.Default], Small));
        using var cancelled = new CancellationTokenSource();
        cancelled.Cancel();
        Assert.Throws<OperationCanceledException>(() => NowcastVerification.Run(cases, [Persistence.Default], Small, null, cancelled.Token));
    }

    [Fact]
    public void Progress_counts_every_forecast()
    {
        var seen = new List<NowcastProgress>();
        NowcastCase[] cases = [.. NowcastCase.Of(Moving(9), 4, 3, 1)];
        NowcastVerification.Run(cases, [Persistence.Default, new NoisyNowcaster()], Small, new Listener(seen));
        Assert.Equal(cases.Length * 2, seen.Count);
        Assert.Equal(1, seen[^1].Fraction);
    }

    [Fact]
    public void A_verification_leaves_no_tensor_behind()
    {
        NowcastCase[] cases = [.. NowcastCase.Of(Moving(8), 4, 3, 1)];
        var live = new Deep.Tensors.LiveTensors();
        NowcastVerification.Run(cases, [Persistence.Default], Small);
        Assert.Equal(0, live.Created);
    }

    private static RadarSequence Moving(int fields) =>
        Rain.Sequence(fields, 60, 72, Rain.Cells(3, 60, 72, 30), (x, y, t) => (x - (1.5 * t), y + (0.5 * t)));

    private sealed class Listener(List<NowcastProgress> seen) : IProgress<NowcastProgress>
    {
        public void Report(NowcastProgress value) => seen.Add(value);
    }
}
