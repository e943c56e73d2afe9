using System.Buffers;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Moves of a picture's pixels, in place: the explicit forms of RandAugment's draws.</summary>
/// <remarks>
/// Each pixel of the result takes the nearest of the picture, or a fill where there is none, as TensorFlow Addons'
/// image transforms do. A picture is C · H · W bytes, channel by channel, row by row. Safe for many threads.
/// </remarks>
public static class GeometricOperations
{
    /// <summary>Turns a picture about its centre.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="degrees">The angle, finite; counter-clockwise above 0.</param>
    /// <param name="fill">What lies outside the picture.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="degrees"/> is not finite.</exception>
    public static void Rotate(Span<byte> picture, int height, int width, double degrees, byte fill)
    {
        RequireFinite("GeometricOperations.Rotate degrees", degrees);
        var (sine, cosine) = Math.SinCos(degrees * Math.PI / 180);
        var (right, bottom) = (width - 1, height - 1);
        Move(picture, height, width, fill, new(
            (float)cosine, (float)-sine, (float)((right - ((cosine * right) - (sine * bottom))) / 2),
            (float)sine, (float)cosine, (float)((bottom - ((sine * right) + (cosine * bottom))) / 2)));
    }

    /// <summary>Moves each row to the left by a share of its number.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="level">Columns for each row, finite; below 0 to the right.</param>
    /// <param name="fill">What lies outside the picture.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="level"/> is not finite.</exception>
    public static void ShearX(Span<byte> picture, int height, int width, double level, byte fill)
    {
        RequireFinite("GeometricOperations.ShearX level", level);
        Move(picture, height, width, fill, new(1, (float)level, 0, 0, 1, 0));
    }

    /// <summary>Moves each column up by a share of its number.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="level">Rows for each column, finite; below 0 down.</param>
    /// <param name="fill">What lies outside the picture.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="level"/> is not finite.</exception>
    public static void ShearY(Span<byte> picture, int height, int width, double level, byte fill)
    {
        RequireFinite("GeometricOperations.ShearY level", level);
        Move(picture, height, width, fill, new(1, 0, 0, (float)level, 1, 0));
    }

    /// <summary>Moves a picture up and to the left.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="up">Rows, finite, fractions allowed; below 0 down.</param>
    /// <param name="left">Columns, finite, fractions allowed; below 0 to the right.</param>
    /// <param name="fill">What lies outside the picture.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException">A distance is not finite.</exception>
    public static void Translate(Span<byte> picture, int height, int width, double up, double left, byte fill)
    {
        RequireFinite("GeometricOperations.Translate up", up);
        RequireFinite("GeometricOperations.Translate left", left);
        Move(picture, height, width, fill, new(1, 0, (float)left, 0, 1, (float)up));
    }

    /// <summary>Lays a square over a picture.</summary>
    /// <param name="picture">C · H · W bytes.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="y">The row of the centre, of which as many rows lie before it as from it on.</param>
    /// <param name="x">The column of the centre.</param>
    /// <param name="halfSide">Half the side, 0 or more; what lies outside the picture is left out.</param>
    /// <param name="fill">The value of the square.</param>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    /// <exception cref="ConfigurationException"><paramref name="halfSide"/> is negative.</exception>
    public static void Cut(Span<byte> picture, int height, int width, int y, int x, int halfSide, byte fill)
    {
        if (halfSide < 0)
        {
            throw new ConfigurationException("GeometricOperations.Cut halfSide", "0 or more", halfSide);
        }

        var channels = Planes.Channels(picture, height, width);
        var (top, bottom) = (Within((long)y - halfSide, height), Within((long)y + halfSide, height));
        var (left, right) = (Within((long)x - halfSide, width), Within((long)x + halfSide, width));
        for (var c = 0; c < channels; c++)
        {
            for (var row = top; row < bottom; row++)
            {
                picture.Slice((((c * height) + row) * width) + left, right - left).Fill(fill);
            }
        }

        static int Within(long place, int size) => (int)Math.Clamp(place, 0, size);
    }

    private static void Move(Span<byte> picture, int height, int width, byte fill, Affine map)
    {
        var channels = Planes.Channels(picture, height, width);
        var size = height * width;
        var copy = ArrayPool<byte>.Shared.Rent(picture.Length);
        var places = ArrayPool<int>.Shared.Rent(width);
        try
        {
            var source = copy.AsSpan(0, picture.Length);
            picture.CopyTo(source);
            for (var y = 0; y < height; y++)
            {
                map.Row(y, height, places.AsSpan(0, width));
                for (var c = 0; c < channels; c++)
                {
                    var plane = source.Slice(c * size, size);
                    var row = picture.Slice((c * size) + (y * width), width);
                    for (var x = 0; x < row.Length; x++)
                    {
                        var place = places[x];
                        row[x] = (uint)place < (uint)plane.Length ? plane[place] : fill;
                    }
                }
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(places);
            ArrayPool<byte>.Shared.Return(copy);
        }
    }

    private static void RequireFinite(string setting, double value)
    {
        if (!float.IsFinite((float)value))
        {
            throw new ConfigurationException(setting, "a finite number", value);
        }
    }

    // Where a pixel of the result comes from: (a x + b y + c, d x + e y + f).
    private readonly record struct Affine(float A, float B, float C, float D, float E, float F)
    {
        // The place in a plane of each pixel of a row of the result, or −1 outside of the picture.
        public void Row(int y, int height, Span<int> places)
        {
            var width = places.Length;
            var (fromX, fromY) = ((B * y) + C, (E * y) + F);
            for (var x = 0; x < places.Length; x++)
            {
                var (column, row) = (Nearest((A * x) + fromX, width), Nearest((D * x) + fromY, height));
                places[x] = (column | row) < 0 ? -1 : (row * width) + column;
            }
        }

        // Halves go away from nought, so exactly −0.5 is outside.
        private static int Nearest(double place, int size) =>
            place > -0.5 && place < size - 0.5 ? (int)(place + 0.5) : -1;
    }
}
