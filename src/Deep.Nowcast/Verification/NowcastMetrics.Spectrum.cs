using static TorchSharp.torch;

namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>The radially averaged power spectral density of a field (Ruzanski and Chandrasekar 2011).</summary>
    /// <param name="field">[height, width] row by row, without missing cells.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="spacing">The distance of two cells, 1 for frequencies in cycles per pixel.</param>
    /// <returns>
    /// Rings r = 0 … ⌊l / 2⌋ − 1 (l even) or ⌊l / 2⌋ (l odd), l the longer side: the mean of |FFT|² / cells over the
    /// frequencies whose distance from the centre rounds to r (halves to even), at r / (l · spacing).
    /// </returns>
    /// <exception cref="ShapeException">The field has other cells, or a missing one: its spectrum is not defined.</exception>
    public static RadialSpectrum RadialSpectrum(ReadOnlySpan<double> field, int height, int width, double spacing = 1)
    {
        CellChecks.RequireGrid(field.Length, height, width);
        foreach (var value in field)
        {
            if (!double.IsFinite(value))
            {
                throw new ShapeException("A spectrum is taken of a field without missing cells; choose a window that was observed as a whole.");
            }
        }

        var (real, imaginary) = Transform(field.ToArray(), height, width);
        var length = Math.Max(height, width);
        var rings = (length / 2) + (length % 2);
        var (power, cells) = (new double[rings], new double[rings]);
        for (var i = 0; i < real.Length; i++)
        {
            var (y, x) = (Centred(i / width, height), Centred(i % width, width));
            var ring = (int)Math.Round(Math.Sqrt(((double)x * x) + ((double)y * y)), MidpointRounding.ToEven);
            if (ring < rings)
            {
                power[ring] += ((real[i] * real[i]) + (imaginary[i] * imaginary[i])) / real.Length;
                cells[ring]++;
            }
        }

        return new(
            [.. Enumerable.Range(0, rings).Select(r => r / (length * spacing))], [.. power.Zip(cells, CellChecks.Ratio)], 1);
    }

    // The transform's own order of frequencies: 0, 1, … and the negative ones behind.
    private static int Centred(int index, int length) => index < (length + 1) / 2 ? index : index - length;

    private static (double[] Real, double[] Imaginary) Transform(double[] field, int height, int width)
    {
        using var scope = NewDisposeScope();
        using var guard = no_grad();
        var transformed = fft.fft2(tensor(field, [height, width]));
        return (transformed.real.contiguous().data<double>().ToArray(), transformed.imag.contiguous().data<double>().ToArray());
    }
}
