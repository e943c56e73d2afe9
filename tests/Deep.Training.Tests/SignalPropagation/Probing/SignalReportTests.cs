using Deep.Training.SignalPropagation;

namespace Deep.Training.Tests.SignalPropagation.Probing;

public class SignalReportTests
{
    [Fact]
    public void A_signal_within_its_bounds_is_healthy()
    {
        var report = Report(8, layer => layer);
        Assert.True(report.IsHealthy);
        Assert.Equal("healthy in all 8 layers: E-SPA", report.Verdict);
    }

    [Fact]
    public void Each_finding_names_its_first_layer_and_its_kind()
    {
        Verdict("rank collapse from layer 5: E-SPA", (layer, l) => l with { Measured = l.Measured with { DistantCosine = layer >= 5 ? 0.991 : 0.989 } });
        Verdict("vanishing signal from layer 3 (q 0.4): E-SPA", (layer, l) => l with { Measured = l.Measured with { SquaredNorm = layer >= 3 ? 0.4 : 0.5 } });
        Verdict("exploding signal from layer 2 (q 1.7): E-SPA", (layer, l) => l with { Measured = l.Measured with { SquaredNorm = layer >= 2 ? 1.7 : 1.6 } });
        Verdict("vanishing gradients from layer 4 down (0.0009 of the last layer's): E-SPA", (layer, l) => l with { GradientNorm = layer <= 4 ? 0.0009 : 1 });
        Verdict("exploding gradients from layer 6 down (2E+03 times the last layer's): E-SPA", (layer, l) => l with { GradientNorm = layer <= 6 ? 2000 : 1 });
        Verdict("numbers that are not finite from layer 7: E-SPA", (layer, l) => l with { Measured = l.Measured with { SquaredNorm = layer >= 7 ? double.NaN : 1 } });
        Verdict("numbers that are not finite from layer 2: E-SPA", (layer, l) => l with { GradientNorm = layer <= 2 ? double.PositiveInfinity : 1 });
        Verdict("vanishing gradients from layer 8 down (0 of the last layer's): E-SPA", (_, l) => l with { GradientNorm = 0 });
    }

    [Fact]
    public void Several_findings_stand_in_the_order_of_their_weight()
    {
        var report = Report(8, layer => layer with
        {
            Measured = new SignalKernel(0.3, 1, 0.999),
            GradientNorm = layer.Layer < 8 ? 1e-6 : 1,
        });
        Assert.Equal(
            [SignalFinding.RankCollapse, SignalFinding.VanishingSignal, SignalFinding.VanishingGradients],
            report.Verdicts.Select(verdict => verdict.Finding));
        Assert.StartsWith("rank collapse from layer 1: E-SPA; vanishing signal from layer 1", report.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void The_size_of_a_stream_that_is_normalised_is_no_finding() =>
        Assert.True(Report(8, layer => layer with { IsNormalized = true, Measured = layer.Measured with { SquaredNorm = 30 } }).IsHealthy);

    [Fact]
    public void Bounds_are_the_callers_and_must_make_sense()
    {
        var layers = Report(8, layer => layer with { Measured = layer.Measured with { SquaredNorm = 2 } }).Layers;
        Assert.False(new SignalReport(layers, 1).IsHealthy);
        Assert.True(new SignalReport(layers, 1, new SignalBounds { GreatestSquaredNorm = 2 }).IsHealthy);
        SignalBounds[] wrong =
        [
            new() { LeastSquaredNorm = 0 }, new() { GreatestSquaredNorm = 0.4 }, new() { GreatestCosine = 1 }, new() { GradientFactor = 1 },
            new() { GreatestSquaredNorm = double.NaN },
        ];
        Assert.All(wrong, bounds => Assert.StartsWith(
            "SignalBounds.", Assert.Throws<ConfigurationException>(() => new SignalReport(layers, 1, bounds)).Message, StringComparison.Ordinal));
        Assert.Throws<ConfigurationException>(() => new SignalReport([layers[0]], 1));
    }

    private static void Verdict(string expected, Func<int, SignalLayer, SignalLayer> change) =>
        Assert.Equal(expected, Report(8, layer => change(layer.Layer, layer)).Verdict);

    private static SignalReport Report(int blocks, Func<SignalLayer, SignalLayer> change) => new(
        [.. Enumerable.Range(0, blocks + 1).Select(i => change(new SignalLayer
        {
            Layer = i, Kind = i == 0 ? "embedding" : "E-SPA", Measured = new SignalKernel(1, 0.5, 0.1), GradientNorm = 1, AttentionEntropy = 0.9,
        }))],
        loss: 4);
}
