namespace Deep.Nowcast;

// h rows, w columns; L levels, each half as large as the one before

/// <summary>A field of rain as an image to track features in: grey values with smaller and smaller copies.</summary>
/// <remarks>
/// Each level is surrounded by copies of its edge, so that windows at the edge need no cases of their own; these copies, and
/// pixels beside one without observation, are marked as not reliable: they do not move with the rain.
/// </remarks>
internal sealed class TrackingImage
{
    /// <summary>One level of the pyramid.</summary>
    /// <param name="Values">[(height + 2 margin) * stride], grey values.</param>
    /// <param name="Reliable">The same places: 1 where a pixel and all around it are observed, else 0.</param>
    /// <param name="Height">Rows without margins.</param>
    /// <param name="Width">Columns without margins.</param>
    /// <param name="Margin">Pixels around the level.</param>
    internal sealed record Level(float[] Values, float[] Reliable, int Height, int Width, int Margin)
    {
        /// <summary>Columns with margins.</summary>
        public int Stride => Width + (2 * Margin);
    }

    private TrackingImage(Level[] levels, bool[] known) => (Levels, Known) = (levels, known);

    /// <summary>The full size first.</summary>
    public Level[] Levels { get; }

    /// <summary>[h * w] whether a pixel was observed.</summary>
    public bool[] Known { get; }

    /// <summary>An image of rain, 0 (dry or unknown) to 255 (<paramref name="maximum"/>).</summary>
    /// <param name="decibels">[h * w], NaN = no observation.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="maximum">The dB of white.</param>
    /// <param name="levels">L, fewer where a level would be smaller than 8 pixels.</param>
    /// <param name="margin">Pixels around each level.</param>
    /// <param name="opening">Whether echoes narrower than three pixels, such as clutter, are removed.</param>
    public static TrackingImage Of(
        float[] decibels, int height, int width, double maximum, int levels, int margin, bool opening)
    {
        var known = Array.ConvertAll(decibels, value => !float.IsNaN(value));
        var scale = 255 / Math.Max(1e-6, maximum - DecibelRain.Dry);
        var grey = Array.ConvertAll(decibels,
            value => float.IsNaN(value) ? 0 : (float)((value - DecibelRain.Dry) * scale));
        if (opening)
        {
            RemoveSpecks(grey, height, width);
        }

        var pyramid = new List<Level> { new(Padded(grey, height, width, margin), Observed(known, height, width, margin), height, width, margin) };
        while (pyramid.Count < levels && Math.Min(pyramid[^1].Height, pyramid[^1].Width) >= 16)
        {
            pyramid.Add(Halved(pyramid[^1]));
        }

        return new([.. pyramid], known);
    }

    // Binary opening with a cross of 3 x 3: what no cross of wet pixels covers becomes dry.
    private static void RemoveSpecks(float[] grey, int height, int width)
    {
        var centre = new bool[grey.Length];
        Parallel.For(0, height, row =>
        {
            for (var column = 0; column < width; column++)
            {
                var i = (row * width) + column;
                centre[i] = grey[i] > 0 && (row == 0 || grey[i - width] > 0) && (row == height - 1 || grey[i + width] > 0)
                    && (column == 0 || grey[i - 1] > 0) && (column == width - 1 || grey[i + 1] > 0);
            }
        });
        Parallel.For(0, height, row =>
        {
            for (var column = 0; column < width; column++)
            {
                var i = (row * width) + column;
                if (!(centre[i] || (row > 0 && centre[i - width]) || (row < height - 1 && centre[i + width])
                    || (column > 0 && centre[i - 1]) || (column < width - 1 && centre[i + 1])))
                {
                    grey[i] = 0;
                }
            }
        });
    }

    private static float[] Observed(bool[] known, int height, int width, int margin)
    {
        var stride = width + (2 * margin);
        var observed = new float[(height + (2 * margin)) * stride];
        for (var row = 0; row < height; row++)
        {
            for (var column = 0; column < width; column++)
            {
                observed[((row + margin) * stride) + column + margin] = known[(row * width) + column] ? 1 : 0;
            }
        }

        return Shrunk(observed, height, width, margin, 1);
    }

    // A pixel counts where all nine at its place in the larger level do.
    private static float[] Shrunk(float[] reliable, int height, int width, int margin, int step)
    {
        var (rows, columns) = ((height + step - 1) / step, (width + step - 1) / step);
        var (from, to) = (width + (2 * margin), columns + (2 * margin));
        var shrunk = new float[(rows + (2 * margin)) * to];
        Parallel.For(0, rows, row =>
        {
            for (var column = 0; column < columns; column++)
            {
                var least = 1f;
                for (var r = -1; r <= 1; r++)
                {
                    var i = (((step * row) + margin + r) * from) + (step * column) + margin;
                    least = Math.Min(least, Math.Min(reliable[i - 1], Math.Min(reliable[i], reliable[i + 1])));
                }

                shrunk[((row + margin) * to) + column + margin] = least;
            }
        });
        return shrunk;
    }

    private static float[] Padded(float[] grey, int height, int width, int margin)
    {
        var stride = width + (2 * margin);
        var values = new float[(height + (2 * margin)) * stride];
        Parallel.For(0, height + (2 * margin), row =>
        {
            var source = grey.AsSpan(Math.Clamp(row - margin, 0, height - 1) * width, width);
            var target = values.AsSpan(row * stride, stride);
            source.CopyTo(target[margin..]);
            target[..margin].Fill(source[0]);
            target[(margin + width)..].Fill(source[^1]);
        });
        return values;
    }

    // Burt and Adelson's kernel 1 4 6 4 1 in both directions, then every second pixel.
    private static Level Halved(Level level)
    {
        var (height, width) = ((level.Height + 1) / 2, (level.Width + 1) / 2);
        var halved = new float[height * width];
        Parallel.For(0, height, row =>
        {
            Span<float> weights = [1 / 16f, 4 / 16f, 6 / 16f, 4 / 16f, 1 / 16f];
            var sums = new float[level.Stride];
            for (var k = 0; k < 5; k++)
            {
                var source = level.Values.AsSpan((level.Margin + (2 * row) + k - 2) * level.Stride, level.Stride);
                for (var i = 0; i < sums.Length; i++)
                {
                    sums[i] += weights[k] * source[i];
                }
            }

            for (var column = 0; column < width; column++)
            {
                var i = level.Margin + (2 * column);
                halved[(row * width) + column] = ((sums[i - 2] + sums[i + 2]) / 16) + ((sums[i - 1] + sums[i + 1]) / 4)
                    + (sums[i] * (6 / 16f));
            }
        });
        return new(Padded(halved, height, width, level.Margin),
            Shrunk(level.Reliable, level.Height, level.Width, level.Margin, 2), height, width, level.Margin);
    }
}
