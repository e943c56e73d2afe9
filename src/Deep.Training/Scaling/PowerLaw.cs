using MathNet.Numerics;
using MathNet.Numerics.Distributions;
using MathNet.Numerics.Statistics;

namespace Deep.Training;

/// <summary>log y = a + b · log x, fitted by least squares, with its uncertainty.</summary>
/// <remarks>Logarithms are natural. The intervals take the deviations of log y to be normal and alike. Immutable.</remarks>
public sealed record PowerLaw
{
    private readonly double _meanLogX;
    private readonly double _squaresLogX;
    private readonly double _residualDeviation;

    private PowerLaw(double[] logX, double[] logY)
    {
        (Intercept, Exponent) = MathNet.Numerics.Fit.Line(logX, logY);
        Points = logX.Length;
        var fitted = logX.Select(x => Intercept + (Exponent * x)).ToArray();
        RSquared = GoodnessOfFit.RSquared(fitted, logY);
        _meanLogX = logX.Mean();
        _squaresLogX = logX.Sum(x => (x - _meanLogX) * (x - _meanLogX));
        _residualDeviation = Points > 2
            ? Math.Sqrt(fitted.Zip(logY, (f, y) => (y - f) * (y - f)).Sum() / (Points - 2))
            : double.NaN;
    }

    /// <summary>a, the logarithm of y at x = 1.</summary>
    public double Intercept { get; }

    /// <summary>b.</summary>
    public double Exponent { get; }

    /// <summary>
    /// The share of the variance of log y that the line explains, 0 to 1; NaN where log y does not vary.
    /// </summary>
    public double RSquared { get; }

    /// <summary>The number of points behind the fit.</summary>
    public int Points { get; }

    /// <summary>Fits the law.</summary>
    /// <param name="x">At least two numbers above 0, not all equal.</param>
    /// <param name="y">As many numbers above 0.</param>
    /// <exception cref="ConfigurationException">There are too few points, or one of them is not above 0.</exception>
    public static PowerLaw Fit(IReadOnlyList<double> x, IReadOnlyList<double> y)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        if (x.Count != y.Count || x.Distinct().Count() < 2)
        {
            throw new ConfigurationException(
                "PowerLaw points", "as many y as x, with two different x or more", $"{x.Count} x and {y.Count} y");
        }

        if (x.Concat(y).FirstOrDefault(value => !(value > 0 && double.IsFinite(value)), 1) is var wrong && wrong != 1)
        {
            throw new ConfigurationException("PowerLaw point", "a finite number above 0", wrong);
        }

        return new PowerLaw([.. x.Select(value => Math.Log(value))], [.. y.Select(value => Math.Log(value))]);
    }

    /// <summary>The y that the law gives for an x.</summary>
    /// <param name="x">Above 0; it may lie outside of the fitted points.</param>
    public double At(double x) => Math.Exp(Intercept + (Exponent * Math.Log(x)));

    /// <summary>Where the exponent lies with a given confidence; NaN with fewer than three points.</summary>
    /// <param name="confidence">Above 0 and below 1.</param>
    public (double Low, double High) ExponentInterval(double confidence = 0.95)
    {
        var half = Quantile(confidence) * _residualDeviation / Math.Sqrt(_squaresLogX);
        return (Exponent - half, Exponent + half);
    }

    /// <summary>
    /// Where the y of one more run at x lies with a given confidence, the scatter of single runs included; NaN with
    /// fewer than three points.
    /// </summary>
    /// <param name="x">Above 0.</param>
    /// <param name="confidence">Above 0 and below 1.</param>
    public (double Low, double High) Interval(double x, double confidence = 0.95)
    {
        var distance = Math.Log(x) - _meanLogX;
        var spread = Math.Sqrt(1 + (1.0 / Points) + (distance * distance / _squaresLogX));
        var half = Quantile(confidence) * _residualDeviation * spread;
        var middle = Intercept + (Exponent * Math.Log(x));
        return (Math.Exp(middle - half), Math.Exp(middle + half));
    }

    private double Quantile(double confidence) =>
        confidence is not (> 0 and < 1)
            ? throw new ConfigurationException("PowerLaw confidence", "above 0 and below 1", confidence)
        : Points > 2 ? StudentT.InvCDF(0, 1, Points - 2, (1 + confidence) / 2)
        : double.NaN;
}
