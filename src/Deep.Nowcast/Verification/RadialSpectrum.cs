namespace Deep.Nowcast;

/// <summary>A radially averaged power spectral density, as a weighted sum of spectra that adds up over fields.</summary>
/// <param name="Frequencies">Cycles per unit of the sample spacing (1 / km, say), from 0 up.</param>
/// <param name="PowerSum">Σ weight · mean power of the ring, |FFT|² / cells.</param>
/// <param name="Weight">Σ weight of the fields.</param>
public sealed record RadialSpectrum(IReadOnlyList<double> Frequencies, IReadOnlyList<double> PowerSum, double Weight)
{
    /// <summary>The mean power by frequency; NaN where no field was counted.</summary>
    public IReadOnlyList<double> Power => [.. PowerSum.Select(p => CellChecks.Ratio(p, Weight))];

    /// <summary>The mean power, divided so that it sums to one.</summary>
    public IReadOnlyList<double> Normalized => [.. PowerSum.Select(p => CellChecks.Ratio(p, PowerSum.Sum()))];

    /// <summary>Wavelengths, the inverse of the frequencies; the first is infinite.</summary>
    public IReadOnlyList<double> Wavelengths => [.. Frequencies.Select(f => f == 0 ? double.PositiveInfinity : 1 / f)];

    /// <summary>The sum of both, over the fields of both.</summary>
    /// <param name="other">A spectrum of fields of the same size and spacing.</param>
    /// <exception cref="ShapeException">The frequencies differ.</exception>
    public RadialSpectrum Add(RadialSpectrum other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Frequencies.Count == other.Frequencies.Count && Frequencies.Zip(other.Frequencies).All(pair => IsSame(pair.First, pair.Second))
            ? new(Frequencies, [.. PowerSum.Zip(other.PowerSum, (a, b) => a + b)], Weight + other.Weight)
            : throw new ShapeException("Spectra of fields of different sizes or spacings cannot be pooled.");
    }

    // Crops of one grid have cells whose size differs in the last digits.
    private static bool IsSame(double a, double b) => Math.Abs(a - b) <= 1e-9 * Math.Max(Math.Abs(a), Math.Abs(b));

    /// <summary>The spectrum with its fields counted <paramref name="weight"/> times.</summary>
    /// <param name="weight">Zero or above.</param>
    public RadialSpectrum Weighted(double weight) => new(Frequencies, [.. PowerSum.Select(p => p * weight)], Weight * weight);
}
