namespace Deep.Nowcast;

// r1, r2 correlations with the field one and two steps before; x(t) = First x(t-1) + Second x(t-2) + Noise e

/// <summary>The second-order autoregression of one level of the cascade.</summary>
/// <param name="First">Factor of the step before.</param>
/// <param name="Second">Factor of the step before that.</param>
/// <param name="Noise">Factor of the noise, so that the variance stays one.</param>
internal readonly record struct Autoregression(double First, double Second, double Noise)
{
    /// <summary>The process with given correlations (Yule–Walker).</summary>
    /// <param name="r1">Lag 1; below 0 counts as 0: rain does not alternate.</param>
    /// <param name="r2">Lag 2; drawn into the range in which the process is stationary.</param>
    public static Autoregression Of(double r1, double r2)
    {
        r1 = Math.Clamp(double.IsNaN(r1) ? 0 : r1, 0, 0.9995);
        r2 = Math.Clamp(double.IsNaN(r2) ? 0 : r2, (2 * r1 * r1) - 1 + 1e-6, 0.9999);
        var first = r1 * (1 - r2) / (1 - (r1 * r1));
        var second = (r2 - (r1 * r1)) / (1 - (r1 * r1));
        var rest = 1 - (first * r1) - (second * r2);
        return new(first, second, Math.Sqrt(Math.Max(0, rest)));
    }
}
