using System.Text.Json;
using Deep.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class AdaptiveGradientClippingTests
{
    [SharedFact]
    public void DeepMind_reference_is_matched()
    {
        using var scope = NewDisposeScope();
        var test = new ParityCase("nfnet", "dm_agc_clip0.01");
        var clipping = new AdaptiveGradientClipping
        {
            ClipFactor = test.Config.GetProperty("clipping").GetDouble(),
            Epsilon = test.Config.GetProperty("eps").GetDouble(),
        };
        foreach (var name in test.Inputs.Where(n => n.StartsWith("param:", StringComparison.Ordinal)).Select(n => n[6..]))
        {
            // Their layouts put the output axis last (HWIO, IO), ours first; of three axes theirs reduces the first
            // alone.
            var theirs = test.Input("grad:" + name);
            var clipped = clipping.Clip(OutputFirst(test.Input("param:" + name)), OutputFirst(theirs));
            test.Check("clipped:" + name, OutputLast(clipped, theirs.shape));
        }
    }

    [SharedTheory]
    [InlineData("timm_agc_clip0.02_norm1")]
    [InlineData("timm_agc_clip0.1_norm2")]
    public void Timm_reference_is_matched(string name)
    {
        using var scope = NewDisposeScope();
        var test = new ParityCase("nfnet", name);
        var clipping = new AdaptiveGradientClipping
        {
            ClipFactor = test.Config.GetProperty("clip_factor").GetDouble(),
            Epsilon = test.Config.GetProperty("eps").GetDouble(),
            NormOrder = test.Config.GetProperty("norm_type").GetDouble(),
            Units = ClippingUnits.Timm,
        };
        foreach (var parameter in test.Inputs.Where(n => n.StartsWith("param:", StringComparison.Ordinal)).Select(n => n[6..]))
        {
            test.Check("clipped:" + parameter, clipping.Clip(test.Input("param:" + parameter), test.Input("grad:" + parameter)));
        }
    }

    [SharedFact]
    public void Both_unit_rules_match_their_references_and_differ_where_those_do()
    {
        using var scope = NewDisposeScope();
        foreach (var test in new ParityCase("training", "agc").Root.GetProperty("cases").EnumerateArray())
        {
            var shape = ParityCase.Longs(test.GetProperty("shape"));
            var parameter = tensor(ParityCase.Doubles(test.GetProperty("param"))).reshape(shape);
            var gradient = tensor(ParityCase.Doubles(test.GetProperty("grad"))).reshape(shape);
            var clipping = new AdaptiveGradientClipping
            {
                ClipFactor = test.GetProperty("clipping").GetDouble(),
                Epsilon = test.GetProperty("eps").GetDouble(),
            };
            var deepMind = clipping.Clip(parameter, gradient);
            var timm = (clipping with { Units = ClippingUnits.Timm }).Clip(parameter, gradient);
            AssertNear(test.GetProperty("deepmind"), deepMind);
            AssertNear(test.GetProperty("timm"), timm);
            Assert.Equal(test.GetProperty("differs").GetBoolean(), !deepMind.allclose(timm, rtol: 1e-6, atol: 0));
        }
    }

    [Fact]
    public void Clipping_leaves_small_gradients_unchanged_to_the_bit()
    {
        using var scope = NewDisposeScope();
        var weight = ones(4, 3);
        var gradient = full([4, 3], 1e-3f);
        using var clipped = new AdaptiveGradientClipping().Clip(weight, gradient);
        Assert.True(Bits.Same(clipped, gradient));
    }

    [Fact]
    public void Clipped_norm_is_the_clip_factor_times_the_weight_norm_in_every_order()
    {
        using var scope = NewDisposeScope();
        foreach (var order in new[] { 1, 2, double.PositiveInfinity })
        {
            var weight = arange(1, 13, ScalarType.Float64).reshape(4, 3);
            var clipped = new AdaptiveGradientClipping { ClipFactor = 0.1, NormOrder = order }.Clip(weight, weight * 7);
            var ratio = linalg.vector_norm(clipped, order, [1]) / linalg.vector_norm(weight, order, [1]);
            Assert.True(ratio.allclose(full_like(ratio, 0.1)), $"norm of order {order}");
        }
    }

    [Fact]
    public void Clipping_in_place_equals_the_pure_form_and_counts_units()
    {
        using var scope = NewDisposeScope();
        manual_seed(3).Dispose();
        Tensor[] parameters = [randn(6, 4, 3, 3), randn(5), randn(6, 1, 1, 1), randn([]), randn(7, 2)];
        var clipping = new AdaptiveGradientClipping();
        var expected = parameters.Select(p => clipping.Clip(p, p * 0.02)).ToArray();
        foreach (var parameter in parameters)
        {
            parameter.requires_grad = true;
            parameter.grad = parameter.detach() * 0.02;
        }

        parameters[4].grad = parameters[4].detach() * 0.005;
        var statistics = clipping.ClipInPlace(parameters);

        Assert.Equal(new ClippingStatistics(6 + 1 + 1 + 1 + 7, 6 + 1 + 1 + 1), statistics);
        for (var i = 0; i < 4; i++)
        {
            Assert.True(Bits.Same(parameters[i].grad!, expected[i]), $"parameter {i}");
        }
    }

    [Theory]
    [InlineData(0, 1e-3, 2)]
    [InlineData(double.NaN, 1e-3, 2)]
    [InlineData(0.01, 0, 2)]
    [InlineData(0.01, 1e-3, 3)]
    public void An_option_out_of_its_range_is_named(double factor, double epsilon, double order)
    {
        using var weight = ones(2, 2);
        var clipping = new AdaptiveGradientClipping { ClipFactor = factor, Epsilon = epsilon, NormOrder = order };
        Assert.StartsWith(
            "AdaptiveGradientClipping.", Assert.Throws<ConfigurationException>(() => clipping.Clip(weight, weight)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_gradient_of_another_shape_is_refused()
    {
        using var weight = ones(2, 3);
        using var gradient = ones(3, 2);
        Assert.Throws<ShapeException>(() => new AdaptiveGradientClipping().Clip(weight, gradient));
    }

    private static Tensor OutputFirst(Tensor theirs) => theirs.dim() switch
    {
        4 => theirs.permute(3, 2, 0, 1).contiguous(),
        3 => theirs.permute(1, 2, 0).reshape(-1, theirs.shape[0]),
        2 => theirs.t().contiguous(),
        _ => theirs,
    };

    private static Tensor OutputLast(Tensor ours, long[] shape) => shape.Length switch
    {
        4 => ours.permute(2, 3, 1, 0),
        3 => ours.reshape(shape[1], shape[2], shape[0]).permute(2, 0, 1),
        2 => ours.t(),
        _ => ours,
    };

    private static void AssertNear(JsonElement expected, Tensor actual)
    {
        var values = ParityCase.Doubles(expected);
        var found = actual.reshape(-1).data<double>().ToArray();
        for (var i = 0; i < values.Length; i++)
        {
            Assert.Equal(values[i], found[i], Math.Max(1e-12, Math.Abs(values[i]) * 2e-8));
        }
    }
}
