using System.Buffers;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Pads a picture on all sides and cuts a window of its old size out of it: a random shift.</summary>
/// <remarks>Each of the (2k + 1)² windows is equally likely. Immutable, safe for many threads.</remarks>
public sealed record RandomCrop : IPictureAugmentation
{
    /// <summary>k, the pixels added on each side, 0 or more and below H and W; 4 is usual for 32 pixels.</summary>
    public int Padding { get; init; } = 4;

    /// <summary>What the padding shows.</summary>
    public CropPadding Mode { get; init; } = CropPadding.Zero;

    /// <inheritdoc/>
    public void Apply(Span<byte> picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Padding < 0 || Padding >= Math.Min(height, width))
        {
            throw new ConfigurationException(
                "RandomCrop.Padding", $"from 0 to below {Math.Min(height, width)}", Padding);
        }

        var top = random.NextInt32((2 * Padding) + 1);
        var left = random.NextInt32((2 * Padding) + 1);
        Shift(picture, height, width, top - Padding, left - Padding, Mode);
    }

    /// <summary>Shows a picture through a window that is moved; the explicit form of the random one.</summary>
    /// <param name="picture">C · H · W bytes, changed in place.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="down">Rows that the window moves down, above −H and below H.</param>
    /// <param name="right">Columns that the window moves right, above −W and below W.</param>
    /// <param name="mode">What lies outside the picture.</param>
    /// <exception cref="ShapeException">
    /// The bytes are not whole channels, or the window leaves the picture altogether.
    /// </exception>
    public static void Shift(Span<byte> picture, int height, int width, int down, int right, CropPadding mode)
    {
        if (height < 1 || width < 1 || picture.Length % (height * width) != 0
            || Math.Abs(down) >= height || Math.Abs(right) >= width)
        {
            throw new ShapeException(
                $"A window of {height} x {width} cannot move by ({down}, {right}) over {picture.Length} bytes of whole "
                + "channels.");
        }

        if (down == 0 && right == 0)
        {
            return;
        }

        var copy = ArrayPool<byte>.Shared.Rent(picture.Length);
        var source = copy.AsSpan(0, picture.Length);
        picture.CopyTo(source);
        for (var row = 0; row < picture.Length / width; row++)
        {
            var channel = row / height * height;
            var from = row - channel + down;
            var target = picture.Slice(row * width, width);
            if (from >= 0 && from < height)
            {
                ShiftRow(source.Slice((channel + from) * width, width), target, right, mode);
            }
            else if (mode == CropPadding.Mirror)
            {
                ShiftRow(source.Slice((channel + Mirror(from, height)) * width, width), target, right, mode);
            }
            else
            {
                target.Clear();
            }
        }

        ArrayPool<byte>.Shared.Return(copy);
    }

    private static void ShiftRow(ReadOnlySpan<byte> source, Span<byte> target, int right, CropPadding mode)
    {
        var first = Math.Max(0, -right);
        var end = Math.Min(target.Length, target.Length - right);
        source[(first + right)..(end + right)].CopyTo(target[first..]);
        for (var x = 0; x < first; x++)
        {
            target[x] = Outside(source, x + right, mode);
        }

        for (var x = end; x < target.Length; x++)
        {
            target[x] = Outside(source, x + right, mode);
        }
    }

    private static byte Outside(ReadOnlySpan<byte> row, int x, CropPadding mode) =>
        mode == CropPadding.Mirror ? row[Mirror(x, row.Length)] : (byte)0;

    private static int Mirror(int index, int size) =>
        index < 0 ? -index : index >= size ? (2 * (size - 1)) - index : index;
}
