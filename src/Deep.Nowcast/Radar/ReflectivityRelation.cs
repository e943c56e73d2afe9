namespace Deep.Nowcast;

/// <summary>The power law Z = A R^B between reflectivity Z (mm^6/m^3) and rain rate R (mm/h).</summary>
/// <param name="A">Reflectivity at 1 mm/h, above 0.</param>
/// <param name="B">Exponent, above 0.</param>
/// <remarks>Immutable, safe to share between threads.</remarks>
public sealed record ReflectivityRelation(double A, double B)
{
    /// <summary>Z = 200 R^1.6 (Marshall, Gunn and Palmer 1955), for stratiform rain: the usual choice.</summary>
    public static ReflectivityRelation MarshallPalmer { get; } = new(200, 1.6);

    /// <summary>Z = 316 R^1.5, of MeteoSwiss.</summary>
    public static ReflectivityRelation MeteoSwiss { get; } = new(316, 1.5);

    /// <summary>Z = 223 R^1.53, of the Finnish Meteorological Institute.</summary>
    public static ReflectivityRelation Finland { get; } = new(223, 1.53);

    /// <summary>Rain rate of a reflectivity: (10^(dBZ / 10) / A)^(1 / B).</summary>
    /// <param name="dbz">Reflectivity in dBZ; NaN stays NaN.</param>
    /// <returns>mm/h.</returns>
    public double RainRate(double dbz) => Math.Pow(Math.Pow(10, dbz / 10) / A, 1 / B);

    /// <summary>Reflectivity of a rain rate: 10 log10(A R^B).</summary>
    /// <param name="rainRate">mm/h, 0 or more; NaN stays NaN.</param>
    /// <returns>dBZ; minus infinity where it does not rain.</returns>
    public double Reflectivity(double rainRate) => 10 * Math.Log10(A * Math.Pow(rainRate, B));

    /// <summary>Checks that both numbers are finite and above 0.</summary>
    /// <exception cref="ConfigurationException">One is not.</exception>
    public void Validate()
    {
        Require(A, nameof(A));
        Require(B, nameof(B));
    }

    private static void Require(double value, string name)
    {
        if (!double.IsFinite(value) || value <= 0)
        {
            throw new ConfigurationException($"ReflectivityRelation.{name}", "above 0 and finite", value);
        }
    }
}
