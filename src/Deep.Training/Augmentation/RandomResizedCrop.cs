using Deep.Media;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>A random rectangle of a picture, scaled to the size of the training pictures (1409.4842, section 6).</summary>
/// <remarks>
/// The area and the logarithm of the ratio of the sides are uniform; a rectangle that does not fit is drawn again, and
/// after the last attempt the largest centred one of an allowed ratio is taken (torchvision's RandomResizedCrop; the
/// sampler of TensorFlow that the NFNet recipe calls has the same ranges). Immutable, safe for many threads.
/// </remarks>
public sealed record RandomResizedCrop : IPictureAugmentation
{
    /// <summary>The least share of the picture's area, above 0; default 0.08.</summary>
    public double MinimumArea { get; init; } = 0.08;

    /// <summary>The largest share of the picture's area, at most 1, the default.</summary>
    public double MaximumArea { get; init; } = 1;

    /// <summary>The least width over height, above 0; default 3/4.</summary>
    public double MinimumRatio { get; init; } = 3.0 / 4;

    /// <summary>The largest width over height; default 4/3.</summary>
    public double MaximumRatio { get; init; } = 4.0 / 3;

    /// <summary>How often a rectangle is drawn before the centred one is taken, 0 to 1,000; default 10.</summary>
    public int Attempts { get; init; } = 10;

    /// <summary>The kernel of the scaling; bicubic by default, as in the NFNet recipe.</summary>
    public ResizeFilter Filter { get; init; } = ResizeFilter.Bicubic;

    /// <summary>
    /// Whether the kernel widens where the rectangle shrinks; true by default, as in Pillow. TensorFlow's, and so the
    /// published NFNets' training, does not.
    /// </summary>
    public bool IsAntialiased { get; init; } = true;

    /// <summary>Draws a rectangle.</summary>
    /// <param name="height">H of the picture, at least 1.</param>
    /// <param name="width">W of the picture, at least 1.</param>
    /// <param name="random">The source of the draws.</param>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">A side is less than 1.</exception>
    public CropBox Box(int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Validate();
        if (height < 1 || width < 1)
        {
            throw new ShapeException($"A picture of {height} x {width} pixels has no rectangle.");
        }

        var (low, high) = (Math.Log(MinimumRatio), Math.Log(MaximumRatio));
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var area = (double)height * width * Between(MinimumArea, MaximumArea, random);
            var ratio = Math.Exp(Between(low, high, random));
            var (rows, columns) = (Math.Round(Math.Sqrt(area / ratio)), Math.Round(Math.Sqrt(area * ratio)));
            if (rows >= 1 && rows <= height && columns >= 1 && columns <= width)
            {
                return new CropBox(
                    random.NextInt32(height - (int)rows + 1), random.NextInt32(width - (int)columns + 1), (int)rows,
                    (int)columns);
            }
        }

        return Centred(height, width);
    }

    /// <summary>Draws a rectangle of a picture and scales it.</summary>
    /// <param name="picture">A picture of any size.</param>
    /// <param name="height">Rows of the result, at least 1.</param>
    /// <param name="width">Columns of the result, at least 1.</param>
    /// <param name="random">The source of the draws.</param>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">A side is less than 1.</exception>
    public Picture Cut(Picture picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var box = Box(picture.Height, picture.Width, random);
        return picture.Crop(box.Left, box.Top, box.Width, box.Height).Resize(width, height, Filter, IsAntialiased);
    }

    /// <inheritdoc/>
    /// <remarks>The rectangle is scaled to the picture's own size.</remarks>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public void Apply(Span<byte> picture, int height, int width, RandomState random)
    {
        var channels = Planes.Channels(picture, height, width);
        var box = Box(height, width, random);
        if (channels == 3)
        {
            Scale(picture, height, width, box, height * width).CopyPlanesTo(picture);
            return;
        }

        for (var c = 0; c < channels; c++)
        {
            // The resizer knows pictures of three channels only: it is given this one three times.
            var plane = picture.Slice(c * height * width, height * width);
            var pixels = Scale(plane, height, width, box, 0).Pixels;
            for (var i = 0; i < plane.Length; i++)
            {
                plane[i] = pixels[3 * i];
            }
        }
    }

    private static double Between(double low, double high, RandomState random) =>
        low + ((high - low) * random.NextDouble());

    private Picture Scale(ReadOnlySpan<byte> planes, int height, int width, CropBox box, int planeBytes)
    {
        var rgb = new byte[box.Height * box.Width * 3];
        var to = 0;
        for (var y = box.Top; y < box.Top + box.Height; y++)
        {
            for (var from = (y * width) + box.Left; from < (y * width) + box.Left + box.Width; from++, to += 3)
            {
                rgb[to] = planes[from];
                rgb[to + 1] = planes[from + planeBytes];
                rgb[to + 2] = planes[from + (2 * planeBytes)];
            }
        }

        return new Picture(box.Width, box.Height, rgb).Resize(width, height, Filter, IsAntialiased);
    }

    private CropBox Centred(int height, int width)
    {
        var ratio = Math.Clamp((double)width / height, MinimumRatio, MaximumRatio);
        var rows = Math.Clamp((int)Math.Round(width / ratio), 1, height);
        var columns = Math.Clamp((int)Math.Round(height * ratio), 1, width);
        return new CropBox((height - rows) / 2, (width - columns) / 2, rows, columns);
    }

    private void Validate()
    {
        Require(MinimumArea > 0 && MinimumArea <= MaximumArea, nameof(MinimumArea), "above 0, at most the maximum", MinimumArea);
        Require(MaximumArea <= 1, nameof(MaximumArea), "at most 1", MaximumArea);
        Require(MinimumRatio > 0 && MinimumRatio <= MaximumRatio, nameof(MinimumRatio), "above 0, at most the maximum", MinimumRatio);
        Require(double.IsFinite(MaximumRatio), nameof(MaximumRatio), "finite", MaximumRatio);
        Require(Attempts is >= 0 and <= 1000, nameof(Attempts), "from 0 to 1000", Attempts);
        Require(Enum.IsDefined(Filter), nameof(Filter), "a filter that is listed", Filter);
    }

    private static void Require(bool holds, string name, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"RandomResizedCrop.{name}", expected, found);
        }
    }
}
