using MathNet.Numerics.Integration;

namespace Deep.Training.SignalPropagation;

/// <summary>Means over a normal variable by Gauss–Legendre quadrature in short pieces, which end at the function's kink.</summary>
/// <remarks>Over [−10, 10], outside of which the density is below 1e−22.</remarks>
internal sealed class GaussianMean
{
    private const double End = 10;
    private const int Order = 20;
    private static readonly (double[] Places, double[] Weights) Rule = Unit();

    // Pieces of 1, 1/2, 1/4, 1/8 and 1/16.
    private static readonly GaussianMean[] Smooth = [.. Enumerable.Range(0, 5).Select(halvings => new GaussianMean(double.NaN, Math.ScaleB(1, -halvings)))];

    private readonly double[] _places;
    private readonly double[] _weights;

    private GaussianMean(double kink, double width)
    {
        List<double> ends = [];
        for (var end = -End; end <= End; end += width)
        {
            ends.Add(end);
        }

        if (kink > -End && kink < End && !ends.Contains(kink))
        {
            ends.Add(kink);
            ends.Sort();
        }

        (_places, _weights) = (new double[(ends.Count - 1) * Order], new double[(ends.Count - 1) * Order]);
        for (var n = 0; n < _places.Length; n++)
        {
            double from = ends[n / Order], to = ends[(n / Order) + 1], half = (to - from) / 2;
            _places[n] = from + half + (half * Rule.Places[n % Order]);
            _weights[n] = half * Rule.Weights[n % Order] * Math.Exp(-0.5 * _places[n] * _places[n]) / Math.Sqrt(2 * Math.PI);
        }
    }

    /// <summary>A rule for functions with a kink at one place and features of a size.</summary>
    /// <param name="kink">Where the function is not smooth; NaN for nowhere.</param>
    /// <param name="feature">The width of the function's features: the distance of its nearest pole from the real axis, for one.</param>
    public static GaussianMean For(double kink, double feature)
    {
        // Twenty places in twice the width of a feature give the last digits.
        var halvings = (int)Math.Clamp(Math.Ceiling(-Math.Log2(2 * feature)), 0, Smooth.Length - 1);
        return kink > -End && kink < End ? new(kink, Math.ScaleB(1, -halvings)) : Smooth[halvings];
    }

    /// <summary>The mean of f over a standard normal variable.</summary>
    public double Of(Func<double, double> f)
    {
        var sum = 0.0;
        for (var n = 0; n < _places.Length; n++)
        {
            sum += _weights[n] * f(_places[n]);
        }

        return sum;
    }

    private static (double[] Places, double[] Weights) Unit()
    {
        var rule = new GaussLegendreRule(-1, 1, Order);
        return ([.. Enumerable.Range(0, Order).Select(rule.GetAbscissa)], [.. Enumerable.Range(0, Order).Select(rule.GetWeight)]);
    }
}
