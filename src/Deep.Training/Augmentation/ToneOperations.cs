using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Changes of the values of a picture's pixels, in place: the explicit forms of RandAugment's draws.</summary>
/// <remarks>
/// With the arithmetic of deepmind-research, nfnets/autoaugment.py: floats of 32 bits, cut to whole numbers. A picture is
/// C · H · W bytes, channel by channel, row by row. Safe for many threads.
/// </remarks>
public static partial class ToneOperations
{
    // Red, green and blue in grey (ITU-R BT.601 as TensorFlow rounds it): x / 255, weighed, times 255.5 and cut.
    private const int FractionBits = 22;
    private const int Red = (int)(0.2989 * 255.5 / 255 * (1 << FractionBits));
    private const int Green = (int)(0.5870 * 255.5 / 255 * (1 << FractionBits));
    private const int Blue = (int)(0.1140 * 255.5 / 255 * (1 << FractionBits));

    /// <summary>Stretches each channel so that its lowest value is 0 and its highest 255; one of one value stays.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public static void AutoContrast(Span<byte> picture, int height, int width)
    {
        var channels = Planes.Channels(picture, height, width);
        Span<byte> table = stackalloc byte[256];
        for (var c = 0; c < channels; c++)
        {
            var plane = picture.Slice(c * height * width, height * width);
            var (low, high) = Range(plane);
            if (low < high)
            {
                var scale = 255f / (high - low);
                var offset = -low * scale;
                for (var value = 0; value < 256; value++)
                {
                    table[value] = Cut((value * scale) + offset);
                }

                Map(plane, table);
            }
        }
    }

    /// <summary>Makes the values of each channel about equally frequent, by the rule of Pillow's equalize.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public static void Equalize(Span<byte> picture, int height, int width)
    {
        var channels = Planes.Channels(picture, height, width);
        Span<int> counts = stackalloc int[256];
        Span<byte> table = stackalloc byte[256];
        for (var c = 0; c < channels; c++)
        {
            var plane = picture.Slice(c * height * width, height * width);
            counts.Clear();
            foreach (var value in plane)
            {
                counts[value]++;
            }

            var step = (plane.Length - counts[counts.LastIndexOfAnyExcept(0)]) / 255;
            if (step == 0)
            {
                continue;
            }

            var below = step / 2;
            for (var value = 0; value < 256; value++)
            {
                table[value] = (byte)Math.Min(255, below / step);
                below += counts[value];
            }

            Map(plane, table);
        }
    }

    /// <summary>255 − value.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    public static void Invert(Span<byte> picture)
    {
        for (var i = 0; i < picture.Length; i++)
        {
            picture[i] = (byte)~picture[i];
        }
    }

    /// <summary>Keeps the highest bits of each value.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="bits">The bits kept, 0 (black) to 8 (all).</param>
    /// <exception cref="ConfigurationException"><paramref name="bits"/> is not 0 to 8.</exception>
    public static void Posterize(Span<byte> picture, int bits)
    {
        if (bits is < 0 or > 8)
        {
            throw new ConfigurationException("ToneOperations.Posterize bits", "from 0 to 8", bits);
        }

        var mask = (byte)(0xFF00 >> bits);
        for (var i = 0; i < picture.Length; i++)
        {
            picture[i] &= mask;
        }
    }

    /// <summary>255 − value for the values from a threshold on.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="threshold">The lowest value that is inverted; above 255 none is, at 0 and below all are.</param>
    public static void Solarize(Span<byte> picture, int threshold = 128)
    {
        Span<byte> table = stackalloc byte[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = (byte)(value < threshold ? value : 255 - value);
        }

        Map(picture, table);
    }

    /// <summary>Adds to the values below a threshold.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="addition">What is added; the sum is kept within 0 to 255.</param>
    /// <param name="threshold">The lowest value that stays.</param>
    public static void SolarizeAdd(Span<byte> picture, int addition, int threshold = 128)
    {
        Span<byte> table = stackalloc byte[256];
        for (var value = 0; value < 256; value++)
        {
            table[value] = (byte)(value < threshold ? Math.Clamp((long)value + addition, 0, 255) : value);
        }

        Map(picture, table);
    }

    /// <summary>Moves a picture of three channels away from its grey picture or towards it; any other stays.</summary>
    /// <param name="picture">C · H · W bytes; red, green and blue where C is 3.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="factor">0 is grey, 1 the picture itself, above 1 more colour; a finite number of 0 or more.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="factor"/> is out of its range.</exception>
    public static void Color(Span<byte> picture, int height, int width, double factor)
    {
        RequireFactor("ToneOperations.Color factor", factor);
        if (Planes.Channels(picture, height, width) != 3 || factor == 1)
        {
            return;
        }

        var size = height * width;
        var rented = ArrayPool<byte>.Shared.Rent(width);
        var grey = rented.AsSpan(0, width);
        for (var row = 0; row < size; row += width)
        {
            var red = picture.Slice(row, width);
            var green = picture.Slice(size + row, width);
            var blue = picture.Slice((2 * size) + row, width);
            for (var x = 0; x < grey.Length; x++)
            {
                grey[x] = (byte)Grey(red[x], green[x], blue[x]);
            }

            BlendRow(grey, red, (float)factor);
            BlendRow(grey, green, (float)factor);
            BlendRow(grey, blue, (float)factor);
        }

        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Moves all values away from the mean of the grey picture or towards it.</summary>
    /// <param name="picture">C · H · W bytes; red, green and blue where C is 3.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="factor">0 is the mean, 1 the picture itself, above 1 more contrast; finite, 0 or more.</param>
    /// <param name="towards">A value to take in place of the mean, which is rounded as Pillow does; null for it.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="factor"/> is out of its range.</exception>
    public static void Contrast(Span<byte> picture, int height, int width, double factor, byte? towards = null)
    {
        RequireFactor("ToneOperations.Contrast factor", factor);
        var channels = Planes.Channels(picture, height, width);
        if (factor != 1)
        {
            BlendWithValue(picture, towards ?? GreyMean(picture, channels), factor);
        }
    }

    /// <summary>Multiplies all values.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="factor">0 is black, 1 the picture itself, above 1 lighter; a finite number of 0 or more.</param>
    /// <exception cref="ConfigurationException"><paramref name="factor"/> is out of its range.</exception>
    public static void Brightness(Span<byte> picture, double factor)
    {
        RequireFactor("ToneOperations.Brightness factor", factor);
        BlendWithValue(picture, 0, factor);
    }

    private static void BlendWithValue(Span<byte> picture, byte value, double factor)
    {
        var share = (float)factor;
        Span<byte> table = stackalloc byte[256];
        for (var level = 0; level < 256; level++)
        {
            table[level] = Blend(value, level, share);
        }

        Map(picture, table);
    }

    private static byte GreyMean(ReadOnlySpan<byte> picture, int channels)
    {
        long sum = 0;
        var count = picture.Length;
        if (channels == 3)
        {
            count /= 3;
            var red = picture[..count];
            var green = picture.Slice(count, count);
            var blue = picture.Slice(2 * count, count);
            for (var i = 0; i < count; i++)
            {
                sum += Grey(red[i], green[i], blue[i]);
            }
        }
        else
        {
            foreach (var value in picture)
            {
                sum += value;
            }
        }

        return (byte)(((double)sum / count) + 0.5);
    }

    private static int Grey(int red, int green, int blue) =>
        ((red * Red) + (green * Green) + (blue * Blue)) >> FractionBits;

    // Each value of a row becomes from + factor * (value - from), cut to a byte; no step is fused.
    private static void BlendRow(ReadOnlySpan<byte> from, Span<byte> row, float factor)
    {
        var x = 0;
        for (; x + Vector128<byte>.Count <= row.Length; x += Vector128<byte>.Count)
        {
            var (f1, f2) = Vector128.Widen(Vector128.Create(from.Slice(x, Vector128<byte>.Count)));
            var (r1, r2) = Vector128.Widen(Vector128.Create<byte>(row.Slice(x, Vector128<byte>.Count)));
            Vector128.Narrow(Eight(f1, r1, factor), Eight(f2, r2, factor)).CopyTo(row[x..]);
        }

        for (; x < row.Length; x++)
        {
            row[x] = Blend(from[x], row[x], factor);
        }
    }

    private static Vector128<ushort> Eight(Vector128<ushort> from, Vector128<ushort> to, float factor) =>
        Vector128.Narrow(
            Four(Vector128.WidenLower(from), Vector128.WidenLower(to), factor),
            Four(Vector128.WidenUpper(from), Vector128.WidenUpper(to), factor));

    private static Vector128<uint> Four(Vector128<uint> from, Vector128<uint> to, float factor)
    {
        var (start, end) = (Vector128.ConvertToSingle(from.AsInt32()), Vector128.ConvertToSingle(to.AsInt32()));
        var blended = start + ((end - start) * factor);
        var bounded = Vector128.Min(Vector128.Max(blended, Vector128<float>.Zero), Vector128.Create(255f));
        return Vector128.ConvertToInt32(bounded).AsUInt32();
    }

    private static byte Blend(int from, int to, float factor) => Cut(from + (factor * (to - from)));

    private static byte Cut(float value) => (byte)Math.Clamp(value, 0f, 255f);

    private static (byte Low, byte High) Range(ReadOnlySpan<byte> plane)
    {
        var (low, high) = (plane[0], plane[0]);
        foreach (var value in plane)
        {
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        return (low, high);
    }

    private static void Map(Span<byte> values, ReadOnlySpan<byte> table)
    {
        ref var first = ref MemoryMarshal.GetReference(table);
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = Unsafe.Add(ref first, values[i]);
        }
    }

    private static void RequireFactor(string setting, double factor)
    {
        if (!(factor >= 0 && float.IsFinite((float)factor)))
        {
            throw new ConfigurationException(setting, "a finite number of 0 or more", factor);
        }
    }
}
