using Deep.Tensors;

namespace Deep.Nn;

/// <summary>How a convolution's kernel moves over the picture.</summary>
public sealed record ConvolutionGeometry
{
    /// <summary>Step along both axes, 1 or more. Default 1.</summary>
    public int Stride { get; init; } = 1;

    /// <summary>Spacing of the kernel's taps, 1 or more. Default 1.</summary>
    public int Dilation { get; init; } = 1;

    /// <summary>Groups of channels that do not see each other, 1 or more; divides both channel counts. Default 1.</summary>
    public int Groups { get; init; } = 1;

    /// <summary>Zeros on each side, 0 or more. Default 0. Not used with <see cref="SamePadding"/>.</summary>
    public int Padding { get; init; }

    /// <summary>
    /// True: as many zeros as give ceil(size / stride) pixels, the odd one at the bottom right (TensorFlow's SAME). Default false.
    /// </summary>
    public bool SamePadding { get; init; }

    /// <summary>Zeros before and after an axis.</summary>
    /// <param name="size">Pixels along the axis.</param>
    /// <param name="kernel">Taps of the kernel along the axis.</param>
    /// <returns>Both counts.</returns>
    public (int Before, int After) PaddingOf(long size, int kernel)
    {
        if (!SamePadding)
        {
            return (Padding, Padding);
        }

        var total = (int)Math.Max(((((size + Stride - 1) / Stride) - 1) * Stride) + (Dilation * (kernel - 1)) + 1 - size, 0);
        return (total / 2, total - (total / 2));
    }

    /// <summary>Checks the numbers.</summary>
    /// <exception cref="ConfigurationException">One is out of range.</exception>
    internal void Validate()
    {
        Require(Stride >= 1, nameof(Stride), "1 or more", Stride);
        Require(Dilation >= 1, nameof(Dilation), "1 or more", Dilation);
        Require(Groups >= 1, nameof(Groups), "1 or more", Groups);
        Require(Padding >= 0, nameof(Padding), "0 or more", Padding);
    }

    private static void Require(bool holds, string setting, string expected, int found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(ConvolutionGeometry)}.{setting}", expected, found);
        }
    }
}
