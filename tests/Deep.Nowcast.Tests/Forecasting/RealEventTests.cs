using System.Text.Json;
using Deep.Nowcast;
using Deep.Tests;

namespace Deep.Nowcast.Tests.Forecasting;

/// <summary>Real events: the baselines beside pysteps' on the same starts, thresholds, leads and cells.</summary>
public class RealEventTests
{
    [SharedTheory]
    [InlineData("mch_20160711_2km")]
    [InlineData("bom_20180616_2km")]
    public void Persistence_has_the_peers_scores(string name)
    {
        var scores = Scores(name, "persistence", Persistence.Default);
        Assert.All(scores, s => Assert.Equal(s.Peer, s.Ours, 1e-4));
    }

    [SharedTheory]
    [InlineData("mch_20160711_2km")]
    [InlineData("bom_20180616_2km")]
    public void Extrapolation_is_as_good_as_the_peers(string name)
    {
        var scores = Scores(name, "extrapolation", new Extrapolation(new() { Outside = 0 }));
        Assert.All(scores.Where(s => s.Better > 0), s => Assert.True(s.Ours >= s.Peer - 0.006, $"{s.What}: {s.Ours:0.0000}, peer {s.Peer:0.0000}"));
        Assert.All(scores.Where(s => s.Better < 0), s => Assert.True(s.Ours <= 1.005 * s.Peer, $"{s.What}: {s.Ours:0.0000}, peer {s.Peer:0.0000}"));
        Assert.True(scores.Where(s => s.Better > 0).Average(s => s.Ours - s.Peer) > -0.0005);
        Assert.True(scores.Where(s => s.Better < 0).Average(s => s.Ours / s.Peer) < 1.0005);
    }

    private sealed record Score(string What, double Ours, double Peer, int Better);

    // CSI (more is better) and CRPS of one member, the mean absolute error (less is better), pooled over starts.
    private static List<Score> Scores(string name, string model, INowcaster nowcaster)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(SharedData.At("data", "nowcast", "baselines", $"base_{name}.json")));
        var root = file.RootElement;
        var thresholds = root.GetProperty("thr").EnumerateArray().Select(t => t.GetDouble()).ToArray();
        var peer = root.GetProperty("scores").GetProperty(model);
        var leads = peer.GetProperty("n").GetArrayLength();
        var observed = Event(name, root.GetProperty("res_km").GetInt32());
        var (hits, events, error, count) = (new double[leads, thresholds.Length], new double[leads, thresholds.Length], new double[leads], new long[leads]);
        foreach (var start in root.GetProperty("starts").EnumerateArray().Select(s => s.GetInt32()))
        {
            // The peer took cells without observation as dry when it forecast, and left them out when it scored.
            var past = Dry(observed.Slice(start - 3, 4));
            using var forecast = nowcaster.Forecast(past, new() { Steps = leads });
            for (var lead = 0; lead < leads; lead++)
            {
                var values = forecast.Values(0, lead);
                var truth = observed.Fields[start + 1 + lead].Values;
                for (var i = 0; i < truth.Length; i++)
                {
                    if (float.IsNaN(truth[i]))
                    {
                        continue;
                    }

                    (error[lead], count[lead]) = (error[lead] + Math.Abs(values[i] - truth[i]), count[lead] + 1);
                    for (var t = 0; t < thresholds.Length; t++)
                    {
                        var (f, o) = (values[i] >= thresholds[t], truth[i] >= thresholds[t]);
                        hits[lead, t] += f && o ? 1 : 0;
                        events[lead, t] += f || o ? 1 : 0;
                    }
                }
            }
        }

        var scores = new List<Score>();
        foreach (var lead in new[] { 0, 2, 5, 8, 11, 14 })
        {
            Assert.Equal(peer.GetProperty("n")[lead].GetInt64(), count[lead]);
            scores.Add(new($"CRPS at lead {lead + 1}", error[lead] / count[lead], peer.GetProperty("crps")[lead].GetDouble(), -1));
            scores.AddRange(thresholds.Select((t, k) => new Score($"CSI at {t} mm/h, lead {lead + 1}", hits[lead, k] / events[lead, k],
                peer.GetProperty("csi_member")[lead][k].GetDouble(), 1)));
        }

        return scores;
    }

    private static RadarSequence Event(string name, int kilometres)
    {
        var folder = name.StartsWith("mch", StringComparison.Ordinal) ? SharedData.At("data", "nowcast", "mch", "20160711") : SharedData.At("data", "nowcast", "bom");
        var sequence = RadarSequence.Read(Directory.GetFiles(folder));
        var factor = (int)Math.Round(kilometres / sequence.Grid.PixelKilometres);
        return new(sequence.Fields.Select(field => Coarse(field, factor)), sequence.Cadence);
    }

    // Means as the peer took them: not known where one cell is not.
    private static RadarField Coarse(RadarField field, int factor)
    {
        var coarse = field.Coarsen(factor);
        var values = new float[coarse.Values.Length];
        for (var i = 0; i < field.Values.Length; i++)
        {
            var (row, column) = (i / field.Width / factor, i % field.Width / factor);
            values[(row * coarse.Width) + column] += field.Values[i] / (factor * factor);
        }

        return new(values, coarse.Grid, RadarUnit.RainRate, field.Time, field.Interval);
    }

    private static RadarSequence Dry(RadarSequence past) => new(past.Fields.Select(field => new RadarField(
        Array.ConvertAll(field.Values, value => float.IsNaN(value) ? 0 : value), field.Grid, RadarUnit.RainRate, field.Time, past.Cadence)), past.Cadence);
}
