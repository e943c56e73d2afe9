using System.Buffers;

namespace Deep.Media;

/// <summary>A window of the resized picture, in its pixels.</summary>
internal readonly record struct ResizeWindow(int X, int Y, int Width, int Height);

/// <summary>Separable antialiased resampling of 8-bit RGB, equal to Pillow's bit for bit.</summary>
/// <remarks>
/// Rows first, then columns; sums in 32-bit fixed point (<see cref="ResizeWeights"/>), clipped to 8 bits between the
/// passes. Only the rows and columns that a window of the result needs are computed, so a centre crop costs no more
/// than its own pixels and a needle of 16,384 x 1 pixels cannot grow into gigabytes. Stateless: safe for any number of
/// threads.
/// </remarks>
internal static class PictureResampler
{
    private const int Half = 1 << (ResizeWeights.FractionBits - 1);

    /// <summary>
    /// The part <paramref name="window"/> of <paramref name="source"/> resized to <paramref name="width"/> x <paramref
    /// name="height"/>.
    /// </summary>
    public static Picture Resize(
        Picture source, int width, int height, ResizeFilter filter, ResizeWindow window, bool plain = false,
        bool antialias = true)
    {
        var result = new byte[window.Width * window.Height * 3];
        if (filter == ResizeFilter.Nearest)
        {
            Nearest(source, width, height, window, result);
            return new Picture(window.Width, window.Height, result);
        }

        var rows = height == source.Height
            ? null
            : ResizeWeights.Create(source.Height, height, filter, window.Y, window.Height, antialias);
        var first = rows?.First ?? window.Y;
        var between = rows is null ? window.Height : rows.End - first;
        var rented = rows is null ? [] : ArrayPool<byte>.Shared.Rent(between * window.Width * 3);
        try
        {
            var narrowed = rows is null ? result : rented.AsSpan(0, between * window.Width * 3);
            Narrow(source, width, filter, window, source.Pixels[(first * source.Width * 3)..], narrowed, plain, antialias);
            if (rows is not null && plain)
            {
                ColumnsPlain(narrowed, window.Width * 3, rows, result);
            }
            else if (rows is not null)
            {
                ResamplerKernels.Columns(narrowed, window.Width * 3, rows, result);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }

        return new Picture(window.Width, window.Height, result);
    }

    /// <summary>The horizontal pass in plain form: what <see cref="ResamplerKernels.Rows"/> must equal.</summary>
    internal static void RowsPlain(
        ReadOnlySpan<byte> source, int sourceWidth, ResizeWeights columns, int height, Span<byte> target)
    {
        for (var y = 0; y < height; y++)
        {
            for (var x = 0; x < columns.Length; x++)
            {
                var taps = columns.Taps(x);
                var from = source[(((y * sourceWidth) + columns.Start(x)) * 3)..];
                for (var c = 0; c < 3; c++)
                {
                    var sum = Half;
                    for (var t = 0; t < taps.Length; t++)
                    {
                        sum += from[(t * 3) + c] * taps[t];
                    }

                    target[(((y * columns.Length) + x) * 3) + c] = Clip(sum);
                }
            }
        }
    }

    /// <summary>The vertical pass in plain form: what <see cref="ResamplerKernels.Columns"/> must equal.</summary>
    internal static void ColumnsPlain(ReadOnlySpan<byte> source, int rowBytes, ResizeWeights rows, Span<byte> target)
    {
        for (var y = 0; y < rows.Length; y++)
        {
            var taps = rows.Taps(y);
            var from = source[((rows.Start(y) - rows.First) * rowBytes)..];
            for (var i = 0; i < rowBytes; i++)
            {
                var sum = Half;
                for (var t = 0; t < taps.Length; t++)
                {
                    sum += from[(t * rowBytes) + i] * taps[t];
                }

                target[(y * rowBytes) + i] = Clip(sum);
            }
        }
    }

    // An unchanged side is copied: at whole distances every kernel is 1 at its centre and 0 elsewhere.
    private static void Narrow(
        Picture source,
        int width,
        ResizeFilter filter,
        ResizeWindow window,
        ReadOnlySpan<byte> pixels,
        Span<byte> target,
        bool plain,
        bool antialias)
    {
        var height = target.Length / (window.Width * 3);
        if (width == source.Width)
        {
            CopyColumns(pixels, source.Width, window, height, target);
            return;
        }

        var columns = ResizeWeights.Create(source.Width, width, filter, window.X, window.Width, antialias);
        if (plain)
        {
            RowsPlain(pixels, source.Width, columns, height, target);
        }
        else
        {
            ResamplerKernels.Rows(pixels, source.Width, columns, height, target);
        }
    }

    private static byte Clip(int sum) => (byte)Math.Clamp(sum >> ResizeWeights.FractionBits, 0, 255);

    private static void CopyColumns(
        ReadOnlySpan<byte> source, int sourceWidth, ResizeWindow window, int height, Span<byte> target)
    {
        for (var y = 0; y < height; y++)
        {
            source.Slice(((y * sourceWidth) + window.X) * 3, window.Width * 3).CopyTo(target[(y * window.Width * 3)..]);
        }
    }

    private static void Nearest(Picture source, int width, int height, ResizeWindow window, Span<byte> target)
    {
        var columns = NearestPositions(source.Width, width, window.X, window.Width);
        var rows = NearestPositions(source.Height, height, window.Y, window.Height);
        var to = 0;
        foreach (var row in rows)
        {
            var line = source.Pixels.Slice(row * source.Width * 3, source.Width * 3);
            foreach (var column in columns)
            {
                line.Slice(column * 3, 3).CopyTo(target[to..]);
                to += 3;
            }
        }
    }

    // Positions are summed, not multiplied: the rounding of the running sum decides ties as Pillow does.
    private static int[] NearestPositions(int source, int target, int first, int count)
    {
        var step = (double)source / target;
        var position = step * 0.5;
        var positions = new int[count];
        for (var i = 0; i < first + count; i++, position += step)
        {
            if (i >= first)
            {
                positions[i - first] = Math.Min((int)position, source - 1);
            }
        }

        return positions;
    }
}
