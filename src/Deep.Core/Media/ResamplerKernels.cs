using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace Deep.Media;

/// <summary>
/// The two passes of <see cref="PictureResampler"/> in vector form: the same 32-bit sums, several at a time.
/// </summary>
internal static class ResamplerKernels
{
    private const int Half = 1 << (ResizeWeights.FractionBits - 1);
    private const int RowsAtOnce = 4;

    /// <summary>
    /// The horizontal pass: one pixel (three channels and a lane that is thrown away) is one vector, four rows share
    /// the weights.
    /// </summary>
    public static unsafe void Rows(
        ReadOnlySpan<byte> source, int sourceWidth, ResizeWeights columns, int height, Span<byte> target)
    {
        var sourceBytes = sourceWidth * 3;
        var targetBytes = columns.Length * 3;

        // A pixel is read as four bytes, so the very last pixel of the picture must not be read this way: the last row
        // goes the plain way.
        var vectorRows = height - 1;
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            var y = 0;
            for (; y + RowsAtOnce <= vectorRows; y += RowsAtOnce)
            {
                var rows = from + ((nint)y * sourceBytes);
                FourRows(rows, sourceBytes, columns, to + ((nint)y * targetBytes), targetBytes);
            }

            for (; y < vectorRows; y++)
            {
                OneRow(from + ((nint)y * sourceBytes), columns, to + ((nint)y * targetBytes));
            }
        }

        var last = source[(vectorRows * sourceBytes)..];
        PictureResampler.RowsPlain(last, sourceWidth, columns, 1, target[(vectorRows * targetBytes)..]);
    }

    /// <summary>The vertical pass: 32 neighbouring bytes of a row at a time.</summary>
    public static unsafe void Columns(ReadOnlySpan<byte> source, int rowBytes, ResizeWeights rows, Span<byte> target)
    {
        fixed (byte* from = source)
        fixed (byte* to = target)
        {
            for (var y = 0; y < rows.Length; y++)
            {
                var taps = rows.Taps(y);
                var first = from + ((nint)(rows.Start(y) - rows.First) * rowBytes);
                var line = to + ((nint)y * rowBytes);
                var i = 0;
                for (; i + Vector256<byte>.Count <= rowBytes; i += Vector256<byte>.Count)
                {
                    ColumnBlock(first + i, rowBytes, taps).Store(line + i);
                }

                for (; i < rowBytes; i++)
                {
                    var sum = Half;
                    for (var t = 0; t < taps.Length; t++)
                    {
                        sum += first[((nint)t * rowBytes) + i] * taps[t];
                    }

                    line[i] = (byte)Math.Clamp(sum >> ResizeWeights.FractionBits, 0, 255);
                }
            }
        }
    }

    private static unsafe void FourRows(byte* from, int sourceBytes, ResizeWeights columns, byte* to, int targetBytes)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var taps = columns.Taps(x);
            var first = from + (columns.Start(x) * 3);
            var second = first + sourceBytes;
            var third = second + sourceBytes;
            var fourth = third + sourceBytes;
            var a = Vector128.Create(Half);
            var b = a;
            var c = a;
            var d = a;
            for (var t = 0; t < taps.Length; t++)
            {
                var weight = Vector128.Create(taps[t]);
                a += Pixel(first + (t * 3)) * weight;
                b += Pixel(second + (t * 3)) * weight;
                c += Pixel(third + (t * 3)) * weight;
                d += Pixel(fourth + (t * 3)) * weight;
            }

            var at = to + (x * 3);
            Write(a, at);
            Write(b, at + targetBytes);
            Write(c, at + (2 * targetBytes));
            Write(d, at + (3 * targetBytes));
        }
    }

    private static unsafe void OneRow(byte* from, ResizeWeights columns, byte* to)
    {
        for (var x = 0; x < columns.Length; x++)
        {
            var taps = columns.Taps(x);
            var first = from + (columns.Start(x) * 3);
            var sum = Vector128.Create(Half);
            for (var t = 0; t < taps.Length; t++)
            {
                sum += Pixel(first + (t * 3)) * Vector128.Create(taps[t]);
            }

            Write(sum, to + (x * 3));
        }
    }

    private static unsafe Vector256<byte> ColumnBlock(byte* from, int rowBytes, ReadOnlySpan<int> taps)
    {
        var a = Vector256.Create(Half);
        var b = a;
        var c = a;
        var d = a;
        foreach (ref readonly var tap in taps)
        {
            var weight = Vector256.Create(tap);
            var (low, high) = Vector256.Widen(Vector256.Load(from));
            var (first, second) = Vector256.Widen(low);
            var (third, fourth) = Vector256.Widen(high);
            a += first.AsInt32() * weight;
            b += second.AsInt32() * weight;
            c += third.AsInt32() * weight;
            d += fourth.AsInt32() * weight;
            from += rowBytes;
        }

        return Vector256.Narrow(Vector256.Narrow(Clip(a), Clip(b)), Vector256.Narrow(Clip(c), Clip(d)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe Vector128<int> Pixel(byte* at)
    {
        var bytes = Vector128.CreateScalarUnsafe(Unsafe.ReadUnaligned<uint>(at)).AsByte();
        return Vector128.WidenLower(Vector128.WidenLower(bytes)).AsInt32();
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static unsafe void Write(Vector128<int> sum, byte* at)
    {
        var whole = sum >> ResizeWeights.FractionBits;
        var clipped = Vector128.Min(Vector128.Max(whole, Vector128<int>.Zero), Vector128.Create(255));
        var words = Vector128.Narrow(clipped, clipped).AsUInt16();
        var pixel = Vector128.Narrow(words, words).AsUInt32().ToScalar();
        Unsafe.WriteUnaligned(at, (ushort)pixel);
        at[2] = (byte)(pixel >> 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<uint> Clip(Vector256<int> sum)
    {
        var whole = sum >> ResizeWeights.FractionBits;
        return Vector256.Min(Vector256.Max(whole, Vector256<int>.Zero), Vector256.Create(255)).AsUInt32();
    }
}
