using System.Text.Json;
using Deep.Nowcast;
using Deep.Tests;

namespace Deep.Nowcast.Tests.Verification;

/// <summary>Persistence on real events against what a public package's persistence scored there (data/nowcast/baselines).</summary>
public class PeerScoreTests
{
    [SharedTheory]
    [InlineData("base_bom_20180616_2km.json", "bom", 4, 15)]
    [InlineData("base_mch_20160711_2km.json", "mch/20160711", 2, 4)]
    public void Persistence_scores_as_published(string file, string folder, int coarsen, int steps)
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(SharedData.At("data", "nowcast", "baselines", file)));
        var root = document.RootElement;
        int[] starts = [.. root.GetProperty("starts").EnumerateArray().Select(s => s.GetInt32())];
        var expected = root.GetProperty("scores").GetProperty("persistence");
        var events = Coarse(RadarSequence.Read(
            Directory.GetFiles(SharedData.At(["data", "nowcast", .. folder.Split('/')])), null, Unclipped), coarsen);
        var report = NowcastVerification.Run(
            starts.Select(s => new NowcastCase(Filled(events.Slice(s, 1)), events.Slice(s + 1, steps))), [Persistence.Default],
            new()
            {
                Steps = steps,
                Thresholds = Numbers(root.GetProperty("thr")),
                PoolingWindows = [1, 8],
                FractionScales = [],
                SpectrumPixels = 32,
            });
        for (var i = 0; i < steps; i++)
        {
            var lead = report.Models[0].Leads[i];
            Near("n", 0.1, lead.Crps.Cells);
            Near("crps", 5.1e-6, lead.Crps.Exact);
            Near("crps_avg8", 5.1e-6, lead.PooledCrps[1].Score.Exact);
            Near("crps_max8", 5.1e-6, lead.PooledCrps[2].Score.Exact);
            Near("rmse_mean", 5.1e-5, lead.RootMeanSquaredError);
            Near("csi_member", 5.1e-5, [.. lead.MemberTables.Select(t => t.CriticalSuccessIndex)]);
            Near("csi_mean", 5.1e-5, [.. lead.MeanTables.Select(t => t.CriticalSuccessIndex)]);
            Near("fss1mm_1_5_17", 5.1e-5, [.. new[] { 1, 5, 17 }.Select(scale => Fractions(events, starts, i, scale).Value)]);

            void Near(string name, double tolerance, params double[] actual)
            {
                var numbers = Numbers(expected.GetProperty(name)[i]);
                Assert.Equal(numbers.Length, actual.Length);
                Assert.All(numbers.Zip(actual), pair => Assert.True(
                    Math.Abs(pair.First - pair.Second) <= tolerance, $"{name}, lead {i}: {pair.Second}, published {pair.First}"));
            }
        }
    }

    // pysteps' fractions take missing cells as dry; the published ones took the forecast as missing where the observation is.
    private static FractionsSkill Fractions(RadarSequence events, int[] starts, int lead, int scale) => starts.Select(s => NowcastMetrics.FractionsSkill(
        [.. events.Fields[s].Values.Zip(events.Fields[s + 1 + lead].Values, (f, o) => float.IsNaN(o) ? double.NaN : f)], [.. events.Fields[s + 1 + lead].Values.Select(v => (double)v)],
        events.Grid.Height, events.Grid.Width, new(1, Missing: MissingCells.BelowThreshold), scale)).Aggregate((a, b) => a + b);

    private static RadarReadOptions Unclipped => new() { MaxRainRate = double.PositiveInfinity };

    private static double[] Numbers(JsonElement value) =>
        value.ValueKind == JsonValueKind.Array ? [.. value.EnumerateArray().Select(v => v.GetDouble())] : [value.GetDouble()];

    // The published forecasts took what was not observed as dry; only missing observations are left out of the scores.
    private static RadarSequence Filled(RadarSequence past) => new(
        past.Fields.Select(field => new RadarField(
            Array.ConvertAll(field.Values, v => float.IsNaN(v) ? 0 : v), field.Grid, RadarUnit.RainRate, field.Time, field.Interval)),
        past.Cadence, Unclipped);

    // The published scores are of block means that are missing as soon as one cell is, unlike RadarField.Coarsen's.
    private static RadarSequence Coarse(RadarSequence events, int factor)
    {
        var (height, width) = (events.Grid.Height / factor, events.Grid.Width / factor);
        return new(
            events.Fields.Select(field => new RadarField(
                [
                    .. Enumerable.Range(0, height * width).Select(cell => (float)Enumerable.Range(0, factor * factor).Average(i => (double)field.Values[
                        (((cell / width * factor) + (i / factor)) * events.Grid.Width) + (cell % width * factor) + (i % factor)])),
                ],
                RadarGrid.Plain(height, width), RadarUnit.RainRate, field.Time, field.Interval)),
            events.Cadence, Unclipped);
    }
}
