namespace Deep.Nowcast;

/// <summary>Rain in decibels, 10 log10(x), with one value for everything below a threshold.</summary>
/// <param name="Threshold">Smallest rain, in the field's own unit, that keeps its decibels; above 0.</param>
/// <param name="Zero">What stands for less than <paramref name="Threshold"/>, dB.</param>
/// <remarks>
/// What extrapolation and stochastic ensembles work on (pysteps' <c>dB_transform</c>): rain is closer to normal there.
/// Immutable, safe to share between threads.
/// </remarks>
public sealed record DecibelTransform(double Threshold = 0.1, double Zero = -15)
{
    /// <summary>The decibels of a value.</summary>
    /// <param name="value">Rain; NaN stays NaN.</param>
    public double Apply(double value) =>
        double.IsNaN(value) ? value : value < Threshold ? Zero : 10 * Math.Log10(value);

    /// <summary>The value of decibels: 10^(dB / 10), and 0 below the threshold's own decibels.</summary>
    /// <param name="decibels">dB; NaN stays NaN.</param>
    public double Invert(double decibels)
    {
        var value = Math.Pow(10, decibels / 10);
        return value < Threshold * (1 - 1e-9) ? 0 : value;
    }
}
