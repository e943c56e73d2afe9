using MathNet.Numerics;

namespace Deep.Training.SignalPropagation;

/// <summary>Value and first two derivatives of each activation in 64 bits; at a kink the second is that of either side.</summary>
internal static class ScalarActivation
{
    public const double SeluScale = 1.0507009873554804934193349852946;
    public const double SeluAlpha = 1.6732632423543772848170429916717;

    // √(2/π) and the cubic term of GELU's approximation.
    private const double GeluFactor = 0.79788456080286535588;
    private const double GeluCubic = 0.044715;

    /// <summary>Whether the function or one of its derivatives jumps at 0.</summary>
    public static bool HasKink(ActivationKind kind) => kind is ActivationKind.Relu or ActivationKind.LeakyRelu or ActivationKind.Elu
        or ActivationKind.Selu or ActivationKind.Softsign;

    /// <summary>φ(x), φ′(x), φ″(x).</summary>
    public static (double Value, double Slope, double Curvature) At(ActivationKind kind, double x, double negativeSlope) => kind switch
    {
        ActivationKind.Tanh => Tanh(x),
        ActivationKind.Sigmoid => Sigmoid(x),
        ActivationKind.Erf => (SpecialFunctions.Erf(x), Bell(x), -2 * x * Bell(x)),
        ActivationKind.Relu => x > 0 ? (x, 1, 0) : (0, 0, 0),
        ActivationKind.Softplus => Softplus(x),
        ActivationKind.Selu => Elu(x, SeluScale, SeluAlpha),
        ActivationKind.Elu => Elu(x, 1, 1),
        ActivationKind.Swish => Swish(x),
        ActivationKind.BentIdentity => BentIdentity(x),
        ActivationKind.Atan => (Math.Atan(x), 1 / (1 + (x * x)), -2 * x / ((1 + (x * x)) * (1 + (x * x)))),
        ActivationKind.Asinh => (Math.Asinh(x), 1 / Math.Sqrt(1 + (x * x)), -x / Math.Pow(1 + (x * x), 1.5)),
        ActivationKind.Square => (x * x, 2 * x, 2),
        ActivationKind.Softsign => Softsign(x),
        ActivationKind.LeakyRelu => x > 0 ? (x, 1, 0) : (negativeSlope * x, negativeSlope, 0),
        ActivationKind.Gelu => GeluByTanh(x),
        ActivationKind.GeluExact => GeluExact(x),
        ActivationKind.Sin => (Math.Sin(x), Math.Cos(x), -Math.Sin(x)),
        ActivationKind.Cos => (Math.Cos(x), -Math.Sin(x), -Math.Cos(x)),
        _ => throw new ConfigurationException(nameof(ActivationKind), "a known activation", kind),
    };

    private static (double Value, double Slope, double Curvature) Tanh(double x)
    {
        var y = Math.Tanh(x);
        var slope = 1 / (Math.Cosh(x) * Math.Cosh(x));
        return (y, slope, -2 * y * slope);
    }

    private static (double Value, double Slope, double Curvature) Sigmoid(double x)
    {
        var y = Logistic(x);
        var slope = y * Logistic(-x);
        return (y, slope, slope * (Logistic(-x) - y));
    }

    private static (double Value, double Slope, double Curvature) Softplus(double x)
    {
        var y = Logistic(x);
        return (Math.Max(x, 0) + LogOnePlus(Math.Exp(-Math.Abs(x))), y, y * Logistic(-x));
    }

    private static (double Value, double Slope, double Curvature) Elu(double x, double scale, double alpha) => x > 0
        ? (scale * x, scale, 0)
        : (scale * alpha * ExpMinusOne.Of(x), scale * alpha * Math.Exp(x), scale * alpha * Math.Exp(x));

    private static (double Value, double Slope, double Curvature) Swish(double x)
    {
        var (y, slope, curvature) = Sigmoid(x);
        return (x * y, y + (x * slope), (2 * slope) + (x * curvature));
    }

    private static (double Value, double Slope, double Curvature) BentIdentity(double x)
    {
        var root = Math.Sqrt((x * x) + 1);
        return (((root - 1) / 2) + x, (x / (2 * root)) + 1, 0.5 / (root * root * root));
    }

    private static (double Value, double Slope, double Curvature) Softsign(double x)
    {
        var size = 1 + Math.Abs(x);
        return (x / size, 1 / (size * size), -2 * Math.Sign(x) / (size * size * size));
    }

    private static (double Value, double Slope, double Curvature) GeluByTanh(double x)
    {
        var (y, slope, curvature) = Tanh(GeluFactor * (x + (GeluCubic * x * x * x)));
        double inner = GeluFactor * (1 + (3 * GeluCubic * x * x)), innerSlope = GeluFactor * 6 * GeluCubic * x;
        return (
            0.5 * x * (1 + y),
            (0.5 * (1 + y)) + (0.5 * x * slope * inner),
            (slope * inner) + (0.5 * x * ((curvature * inner * inner) + (slope * innerSlope))));
    }

    private static (double Value, double Slope, double Curvature) GeluExact(double x)
    {
        var below = 0.5 * SpecialFunctions.Erfc(-x / Constants.Sqrt2);
        var density = Math.Exp(-0.5 * x * x) / Constants.Sqrt2Pi;
        return (x * below, below + (x * density), (2 - (x * x)) * density);
    }

    // The derivative of the error function.
    private static double Bell(double x) => 2 / Math.Sqrt(Math.PI) * Math.Exp(-x * x);

    private static double Logistic(double x) => x >= 0 ? 1 / (1 + Math.Exp(-x)) : Math.Exp(x) / (1 + Math.Exp(x));

    private static double LogOnePlus(double x)
    {
        var sum = 1 + x;
        return sum == 1 ? x : Math.Log(sum) * x / (sum - 1);
    }
}
