using System.Buffers;

namespace Deep.Training;

// C channels, H x W pixels

public static partial class ToneOperations
{
    /// <summary>Moves a picture away from its smoothed one (Pillow's SMOOTH kernel) or towards it; edges stay.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="factor">0 is smooth, 1 the picture itself, above 1 sharper; a finite number of 0 or more.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="factor"/> is out of its range.</exception>
    public static void Sharpness(Span<byte> picture, int height, int width, double factor)
    {
        RequireFactor("ToneOperations.Sharpness factor", factor);
        var channels = Planes.Channels(picture, height, width);
        if (factor == 1 || height < 3 || width < 3)
        {
            return;
        }

        var share = (float)factor;
        var rented = ArrayPool<byte>.Shared.Rent(3 * width);
        var smooth = rented.AsSpan((2 * width) + 1, width - 2);
        try
        {
            for (var c = 0; c < channels; c++)
            {
                var plane = picture.Slice(c * height * width, height * width);

                // The rows above and at the centre as they were before they changed.
                var above = rented.AsSpan(0, width);
                var centre = rented.AsSpan(width, width);
                plane[..width].CopyTo(above);
                for (var y = 1; y < height - 1; y++)
                {
                    var row = plane.Slice(y * width, width);
                    row.CopyTo(centre);
                    Smooth(above, centre, plane.Slice((y + 1) * width, width), smooth);
                    BlendRow(smooth, row[1..^1], share);
                    var last = above;
                    above = centre;
                    centre = last;
                }
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static void Smooth(
        ReadOnlySpan<byte> above, ReadOnlySpan<byte> centre, ReadOnlySpan<byte> below, Span<byte> smooth)
    {
        // The sums of the columns left of, at and right of a pixel; its own counts four times more.
        var (left, middle) = (above[0] + centre[0] + below[0], above[1] + centre[1] + below[1]);
        for (var x = 0; x < smooth.Length; x++)
        {
            var right = above[x + 2] + centre[x + 2] + below[x + 2];
            var sum = left + middle + right + (4 * centre[x + 1]);
            var mean = sum / 13;
            smooth[x] = (byte)(mean * 13 == sum
                ? (int)FloatMean(above.Slice(x, 3), centre.Slice(x, 3), below.Slice(x, 3))
                : mean);
            (left, middle) = (middle, right);
        }
    }

    // Where the mean is a whole number, a sum of thirteenths in floats may lie just below it and is cut to one less.
    private static float FloatMean(ReadOnlySpan<byte> above, ReadOnlySpan<byte> centre, ReadOnlySpan<byte> below)
    {
        const float Side = 1f / 13;
        const float Middle = 5f / 13;
        var mean = 0f;
        foreach (var value in above)
        {
            mean = MathF.FusedMultiplyAdd(value, Side, mean);
        }

        mean = MathF.FusedMultiplyAdd(centre[0], Side, mean);
        mean = MathF.FusedMultiplyAdd(centre[1], Middle, mean);
        mean = MathF.FusedMultiplyAdd(centre[2], Side, mean);
        foreach (var value in below)
        {
            mean = MathF.FusedMultiplyAdd(value, Side, mean);
        }

        return mean;
    }
}
