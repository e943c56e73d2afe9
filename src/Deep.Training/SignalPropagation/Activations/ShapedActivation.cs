using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>An activation whose input and output are scaled and shifted for faithful signals: y = (φ(s x + t) + o) · k, by DKS or TAT.</summary>
/// <remarks>
/// With Q(q) = E φ̂(√q z)² and C the map of correlations at q = 1: deep kernel shaping (2110.01765) asks for Q(1) = 1, Q′(1) = 1, C(0) = 0
/// and a C′(1) whose greatest composition over the network is ζ; tailored activation transformation (2203.08120) for Q(1) = 1, Q′(1) = 1,
/// C′(1) = 1 and a C″(1) that adds up to τ. All means are over normal variables, in 64 bits. Immutable and safe for many threads.
/// </remarks>
public sealed partial record ShapedActivation
{
    /// <summary>φ. Default tanh.</summary>
    public ActivationKind Kind { get; init; }

    /// <summary>s. Default 1.</summary>
    public double InputScale { get; init; } = 1;

    /// <summary>t. Default 0.</summary>
    public double InputShift { get; init; }

    /// <summary>o. Default 0.</summary>
    public double OutputShift { get; init; }

    /// <summary>k. Default 1.</summary>
    public double OutputScale { get; init; } = 1;

    /// <summary>The slope of <see cref="ActivationKind.LeakyRelu"/> below 0; others ignore it. Default 0.01.</summary>
    public double NegativeSlope { get; init; } = 0.01;

    /// <summary>y.</summary>
    /// <param name="x">Any shape, float.</param>
    /// <returns>Same shape and dtype, with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">It does not hold floating point numbers.</exception>
    public Tensor Apply(Tensor x)
    {
        Shapes.RequireFloat(x);
        using var scope = NewDisposeScope();
        var inner = InputScale == 1 ? x : x.Times(InputScale);
        inner = InputShift == 0 ? inner : inner.Plus(InputShift);
        var outer = TensorActivation.Apply(Kind, inner, NegativeSlope);
        outer = OutputShift == 0 ? outer : outer.Plus(OutputShift);
        return (OutputScale == 1 ? outer : outer.Times(OutputScale)).MoveToOuterDisposeScope();
    }

    /// <summary>y of one number, in 64 bits.</summary>
    /// <param name="x">The number.</param>
    public double Value(double x) => (ScalarActivation.At(Kind, (InputScale * x) + InputShift, NegativeSlope).Value + OutputShift) * OutputScale;

    /// <summary>Q(q): the mean square that comes out where the mean square that goes in is q.</summary>
    /// <param name="q">0 or more.</param>
    public double QMap(double q)
    {
        var deviation = Math.Sqrt(q);
        return Means(deviation).Of(z => Square(Value(deviation * z)));
    }

    /// <summary>Q′(1).</summary>
    public double QSlope() => Means(1).Of(z => Value(z) * Slope(z) * z);

    /// <summary>C(c): the correlation (the cosine, not centred) that comes out where the inputs have mean square 1 and correlation c. A double integral: some milliseconds.</summary>
    /// <param name="c">−1 to 1.</param>
    public double CorrelationMap(double c)
    {
        var (means, q) = (Means(1), QMap(1));
        if (c == 0)
        {
            return Square(means.Of(Value)) / q;
        }

        var rest = Math.Sqrt((1 - c) * (1 + c));
        if (rest == 0)
        {
            return means.Of(z => Value(z) * Value(c * z)) / q;
        }

        var smooth = ScalarActivation.HasKink(Kind) ? null : Means(rest);
        return means.Of(z => Value(z) * (smooth ?? MeansFrom(c * z, rest)).Of(w => Value((c * z) + (rest * w)))) / q;
    }

    /// <summary>C′(1).</summary>
    public double CorrelationSlope() => Means(1).Of(z => Square(Slope(z))) / QMap(1);

    /// <summary>C″(1), from φ″ at each point: where φ′ jumps the true one is infinite.</summary>
    public double CorrelationCurvature() =>
        Means(1).Of(z => Square(OutputScale * Square(InputScale) * Parts(z).Curvature)) / QMap(1);

    private static double Square(double x) => x * x;

    private double Slope(double z) => OutputScale * InputScale * Parts(z).Slope;

    private (double Value, double Slope, double Curvature) Parts(double z) => ScalarActivation.At(Kind, (InputScale * z) + InputShift, NegativeSlope);

    // The kink stands where the inner argument is 0.
    private GaussianMean Means(double deviation) => MeansFrom(0, deviation);

    private GaussianMean MeansFrom(double centre, double deviation)
    {
        var slope = InputScale * deviation;
        var kink = ScalarActivation.HasKink(Kind) ? -((InputScale * centre) + InputShift) / slope : double.NaN;
        return GaussianMean.For(kink, 1 / Math.Max(Math.Abs(slope), 1e-3));
    }
}
