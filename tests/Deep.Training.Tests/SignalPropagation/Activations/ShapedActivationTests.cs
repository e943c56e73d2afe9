using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public class ShapedActivationTests
{
    public static TheoryData<ActivationKind> Kinds => new(Enum.GetValues<ActivationKind>());

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Deep_kernel_shaping_meets_its_four_conditions(ActivationKind kind)
    {
        if (kind == ActivationKind.Square)
        {
            // With C(0) = 0 a square has Q'(1) = C'(1): both conditions exclude each other.
            Assert.Throws<ConfigurationException>(() => ShapedActivation.Dks(kind, NetworkTopology.Chain(36)));
            return;
        }

        var shaped = ShapedActivation.Dks(kind, NetworkTopology.Chain(36));
        Assert.Equal(1, shaped.QMap(1), 1e-11);
        Assert.Equal(0, shaped.CorrelationMap(0), 1e-11);
        Assert.Equal(Math.Pow(1.5, 1.0 / 36), shaped.CorrelationSlope(), 1e-9);
        if (kind != ActivationKind.Relu)
        {
            Assert.Equal(1, shaped.QSlope(), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Tailoring_meets_its_four_conditions_or_says_that_it_cannot(ActivationKind kind)
    {
        if (kind is ActivationKind.Relu or ActivationKind.Square)
        {
            Assert.Throws<ConfigurationException>(() => ShapedActivation.Tat(kind, NetworkTopology.Chain(36)));
            return;
        }

        var shaped = ShapedActivation.Tat(kind, NetworkTopology.Chain(36));
        Assert.Equal(1, shaped.QMap(1), 1e-11);
        Assert.Equal(1, shaped.QSlope(), 1e-9);
        if (kind != ActivationKind.LeakyRelu)
        {
            Assert.Equal(1, shaped.CorrelationSlope(), 1e-9);
            Assert.Equal(0.3 / 36, shaped.CorrelationCurvature(), 1e-9);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_tensor_form_and_its_gradient_are_the_scalar_ones(ActivationKind kind)
    {
        using var scope = NewDisposeScope();
        var shaped = new ShapedActivation { Kind = kind, InputScale = 0.7, InputShift = 0.2, OutputShift = -0.3, OutputScale = 1.4, NegativeSlope = 0.2 };
        double[] places = [-4, -1.5, -0.6, -0.1, 0, 0.1, 0.6, 1.5, 4];
        var x = tensor(places).requires_grad_();
        var y = shaped.Apply(x);
        y.sum().backward();
        var (values, slopes) = (y.detach().data<double>().ToArray(), x.grad!.data<double>().ToArray());
        for (var i = 0; i < places.Length; i++)
        {
            Assert.Equal(shaped.Value(places[i]), values[i], 1e-12);
            var difference = (shaped.Value(places[i] + 1e-5) - shaped.Value(places[i] - 1e-5)) / 2e-5;
            Assert.Equal(difference, slopes[i], 1e-8);
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void The_derivatives_are_those_of_the_value(ActivationKind kind)
    {
        foreach (var x in new[] { -3.3, -0.7, 0.4, 2.9 })
        {
            var ((_, slope, curvature), up, down) = (
                ScalarActivation.At(kind, x, 0.2), ScalarActivation.At(kind, x + 1e-5, 0.2), ScalarActivation.At(kind, x - 1e-5, 0.2));
            Assert.Equal((up.Value - down.Value) / 2e-5, slope, 1e-8);
            Assert.Equal((up.Slope - down.Slope) / 2e-5, curvature, 1e-8);
        }
    }

    [Fact]
    public void The_quadrature_has_the_exact_map_of_a_leaky_ReLU()
    {
        var (exact, shaped) = (new TailoredLeakyRelu { NegativeSlope = 0.3 }, new ShapedActivation { Kind = ActivationKind.LeakyRelu, NegativeSlope = 0.3 });
        foreach (var c in new[] { -1, -0.5, 0, 0.25, 0.9, 0.999, 1 })
        {
            Assert.Equal(exact.CorrelationMap(c), shaped.CorrelationMap(c), 1e-9);
        }
    }

    [Fact]
    public void The_quadrature_has_the_exact_maps_of_a_sine_and_an_error_function()
    {
        var sine = new ShapedActivation { Kind = ActivationKind.Sin };
        var error = new ShapedActivation { Kind = ActivationKind.Erf };
        foreach (var c in new[] { -0.9, -0.2, 0.0, 0.4, 0.95 })
        {
            Assert.Equal(Math.Sinh(c) / Math.Sinh(1), sine.CorrelationMap(c), 1e-12);
            Assert.Equal(Math.Asin(2 * c / 3) / Math.Asin(2.0 / 3), error.CorrelationMap(c), 1e-12);
        }

        Assert.Equal(0.5 * (1 - Math.Exp(-2 * 1.7)), sine.QMap(1.7), 1e-12);
    }

    [Fact]
    public void Targets_out_of_range_or_out_of_reach_are_refused()
    {
        var chain = NetworkTopology.Chain(36);
        Assert.Throws<ConfigurationException>(() => ShapedActivation.Dks(ActivationKind.Tanh, chain, slopeTarget: 1));
        Assert.Throws<ConfigurationException>(() => ShapedActivation.Tat(ActivationKind.Tanh, chain, curvatureTarget: 0));
        Assert.Throws<ConfigurationException>(() => ShapedActivation.Tat(ActivationKind.LeakyRelu, NetworkTopology.Chain(5)));

        // A chain of one would need an activation that is steeper than leaky ReLU can be where C(0) = 0 and Q'(1) = 1.
        var error = Assert.Throws<ConfigurationException>(() => ShapedActivation.Dks(ActivationKind.LeakyRelu, NetworkTopology.Chain(1), slopeTarget: 50));
        Assert.Contains("LeakyRelu", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_stays_alive()
    {
        using var x = ones(4, requires_grad: true);
        var live = new LiveTensors();
        foreach (var kind in Enum.GetValues<ActivationKind>())
        {
            new ShapedActivation { Kind = kind, InputScale = 0.5, InputShift = 1, OutputShift = 1, OutputScale = 2 }.Apply(x).Dispose();
        }

        Assert.Equal(0, live.Created);
        Assert.Throws<ShapeException>(() => new ShapedActivation().Apply(tensor(1)));
    }
}
