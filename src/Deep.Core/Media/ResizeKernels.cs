namespace Deep.Media;

/// <summary>The continuous kernels behind <see cref="ResizeFilter"/>.</summary>
internal static class ResizeKernels
{
    /// <summary>Half the width of a kernel, in target pixels.</summary>
    public static double Support(ResizeFilter filter) => filter switch
    {
        ResizeFilter.Box => 0.5,
        ResizeFilter.Bilinear or ResizeFilter.Hamming => 1,
        ResizeFilter.Bicubic => 2,
        ResizeFilter.Lanczos => 3,
        _ => throw new ConfigurationException(nameof(ResizeFilter), "a filter of the enumeration", filter),
    };

    /// <summary>A kernel's value at a distance from its centre, not normalised.</summary>
    public static double Weight(ResizeFilter filter, double x) => filter switch
    {
        // Half open, so that a source pixel on the border between two targets counts once.
        ResizeFilter.Box => x is > -0.5 and <= 0.5 ? 1 : 0,
        ResizeFilter.Bilinear => Math.Max(1 - Math.Abs(x), 0),
        ResizeFilter.Hamming => Hamming(Math.Abs(x)),
        ResizeFilter.Bicubic => Cubic(Math.Abs(x)),
        ResizeFilter.Lanczos => x is >= -3 and < 3 ? Sinc(x) * Sinc(x / 3) : 0,
        _ => throw new ConfigurationException(nameof(ResizeFilter), "a filter of the enumeration", filter),
    };

    // Keys (1981), equation 4, with a = -0.5.
    private static double Cubic(double x)
    {
        const double a = -0.5;
        return x switch
        {
            < 1 => (((((a + 2) * x) - (a + 3)) * x * x) + 1),
            < 2 => ((((x - 5) * x) + 8) * x - 4) * a,
            _ => 0,
        };
    }

    private static double Hamming(double x) => x switch
    {
        0 => 1,
        >= 1 => 0,
        _ => Math.Sin(x * Math.PI) / (x * Math.PI) * (0.54 + (0.46 * Math.Cos(x * Math.PI))),
    };

    private static double Sinc(double x) => x == 0 ? 1 : Math.Sin(x * Math.PI) / (x * Math.PI);
}
