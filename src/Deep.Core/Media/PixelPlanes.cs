using System.Runtime.Intrinsics;

namespace Deep.Media;

/// <summary>
/// Moves pixels between the layouts of encoders (four bytes), pictures (three bytes) and tensors (three planes).
/// </summary>
internal static class PixelPlanes
{
    // Where byte i of a plane's 16 comes from in the first, second and third 16 of 48 interleaved bytes; 255 gives
    // zero.
    private static readonly Vector128<byte>[] s_gather =
        [.. Enumerable.Range(0, 9).Select(n => Places(channel: n / 3, part: n % 3))];

    /// <summary>Interleaved RGB to three planes.</summary>
    public static void Split(ReadOnlySpan<byte> rgb, Span<byte> planes)
    {
        var pixels = rgb.Length / 3;
        for (var channel = 0; channel < 3; channel++)
        {
            Gather(rgb, planes.Slice(channel * pixels, pixels), channel);
        }
    }

    /// <summary>Interleaved RGB to three planes of (value / 255 - mean) / std, each step in float32.</summary>
    public static void Normalise(
        ReadOnlySpan<byte> rgb, Span<float> planes, IReadOnlyList<double> mean, IReadOnlyList<double> std)
    {
        var pixels = rgb.Length / 3;
        Span<float> values = stackalloc float[256];
        for (var channel = 0; channel < 3; channel++)
        {
            // 256 inputs have 256 results: a table is as exact as the formula.
            for (var level = 0; level < values.Length; level++)
            {
                values[level] = ((level / 255f) - (float)mean[channel]) / (float)std[channel];
            }

            var plane = planes.Slice(channel * pixels, pixels);
            for (int i = 0, from = channel; i < plane.Length; i++, from += 3)
            {
                plane[i] = values[rgb[from]];
            }
        }
    }

    /// <summary>RGB to four bytes a pixel, the fourth 255.</summary>
    public static void Pad(ReadOnlySpan<byte> rgb, Span<byte> padded)
    {
        for (int from = 0, to = 0; from < rgb.Length; from += 3, to += 4)
        {
            padded[to] = rgb[from];
            padded[to + 1] = rgb[from + 1];
            padded[to + 2] = rgb[from + 2];
            padded[to + 3] = 255;
        }
    }

    /// <summary>Four bytes a pixel to three: the fourth is dropped.</summary>
    public static void DropAlpha(ReadOnlySpan<byte> rgba, Span<byte> rgb)
    {
        int from = 0, to = 0;
        var order = Vector128.Create((byte)0, 1, 2, 4, 5, 6, 8, 9, 10, 12, 13, 14, 255, 255, 255, 255);

        // Each store writes four bytes too many, which the next one overwrites.
        for (; to + 16 <= rgb.Length; from += 16, to += 12)
        {
            Vector128.Shuffle(Vector128.Create(rgba.Slice(from, 16)), order).CopyTo(rgb[to..]);
        }

        for (; to < rgb.Length; from += 4, to += 3)
        {
            rgba.Slice(from, 3).CopyTo(rgb[to..]);
        }
    }

    private static void Gather(ReadOnlySpan<byte> rgb, Span<byte> plane, int channel)
    {
        var first = s_gather[channel * 3];
        var second = s_gather[(channel * 3) + 1];
        var third = s_gather[(channel * 3) + 2];
        var i = 0;
        for (; i + 16 <= plane.Length; i += 16)
        {
            var from = rgb.Slice(i * 3, 48);
            (Vector128.Shuffle(Vector128.Create(from[..16]), first)
                | Vector128.Shuffle(Vector128.Create(from[16..32]), second)
                | Vector128.Shuffle(Vector128.Create(from[32..]), third)).CopyTo(plane[i..]);
        }

        for (; i < plane.Length; i++)
        {
            plane[i] = rgb[(i * 3) + channel];
        }
    }

    private static Vector128<byte> Places(int channel, int part) =>
        Vector128.Create([.. Enumerable.Range(0, 16).Select(pixel => Place(pixel, channel, part))]);

    private static byte Place(int pixel, int channel, int part) =>
        ((pixel * 3) + channel) / 16 == part ? (byte)(((pixel * 3) + channel) % 16) : (byte)255;
}
