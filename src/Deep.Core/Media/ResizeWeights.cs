namespace Deep.Media;

/// <summary>
/// The fixed-point weights of one axis: for each target position the first source position and its taps.
/// </summary>
/// <remarks>
/// The support scales with the shrink factor and each row of weights is normalised to 1 before it is rounded (half away
/// from zero) to 22 fractional bits: 32 bits less 8 for the pixel and 2 for overshoot. These numbers decide whether
/// results equal Pillow's bit for bit.
/// </remarks>
internal sealed class ResizeWeights
{
    /// <summary>Fractional bits of a weight.</summary>
    public const int FractionBits = 22;

    private readonly int[] _starts;
    private readonly int[] _counts;
    private readonly int[] _taps;
    private readonly int _stride;

    private ResizeWeights(int[] starts, int[] counts, int[] taps, int stride)
    {
        _starts = starts;
        _counts = counts;
        _taps = taps;
        _stride = stride;
    }

    /// <summary>Target positions in the table.</summary>
    public int Length => _starts.Length;

    /// <summary>The first source position that any target needs.</summary>
    public int First => _starts[0];

    /// <summary>One past the last source position that any target needs.</summary>
    public int End => _starts[^1] + _counts[^1];

    /// <summary>The first source position of a target position.</summary>
    public int Start(int target) => _starts[target];

    /// <summary>The weights of a target position, one for each source position from <see cref="Start"/> on.</summary>
    public ReadOnlySpan<int> Taps(int target) => _taps.AsSpan(target * _stride, _counts[target]);

    /// <summary>
    /// The table for the target positions <paramref name="first"/> to <paramref name="first"/> + <paramref
    /// name="count"/> of an axis.
    /// </summary>
    public static ResizeWeights Create(
        int source, int target, ResizeFilter filter, int first, int count, bool antialias = true)
    {
        var scale = (double)source / target;
        var widening = antialias ? Math.Max(scale, 1.0) : 1.0;
        var support = ResizeKernels.Support(filter) * widening;
        var stride = Math.Min(((int)Math.Ceiling(support) * 2) + 1, source);
        var starts = new int[count];
        var counts = new int[count];
        var taps = new int[checked(count * stride)];
        var exact = new double[stride];
        var narrowing = 1.0 / widening;
        for (var i = 0; i < count; i++)
        {
            var centre = (first + i + 0.5) * scale;
            var start = Math.Max((int)(centre - support + 0.5), 0);
            var taken = Math.Min((int)(centre + support + 0.5), source) - start;
            var sum = 0.0;
            for (var t = 0; t < taken; t++)
            {
                exact[t] = ResizeKernels.Weight(filter, (t + start - centre + 0.5) * narrowing);
                sum += exact[t];
            }

            var row = taps.AsSpan(i * stride, taken);
            for (var t = 0; t < taken; t++)
            {
                var weight = sum == 0 ? exact[t] : exact[t] / sum;
                row[t] = (int)((weight * (1 << FractionBits)) + (weight < 0 ? -0.5 : 0.5));
            }

            starts[i] = start;
            counts[i] = taken;
        }

        return new ResizeWeights(starts, counts, taps, stride);
    }
}
