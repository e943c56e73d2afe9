namespace Deep.Media;

/// <summary>Where the parts of a resized picture end up in a model's input.</summary>
/// <param name="Width">Width of the whole resized picture.</param>
/// <param name="Height">Height of the whole resized picture.</param>
/// <param name="Window">The part of it that is kept.</param>
/// <param name="Left">Columns of filling before that part.</param>
/// <param name="Top">Rows of filling above that part.</param>
internal readonly record struct CropLayout(int Width, int Height, ResizeWindow Window, int Left, int Top)
{
    /// <summary>The layout for a picture of the given size.</summary>
    public static CropLayout Of(EvaluationTransform transform, int width, int height)
    {
        var (resizedWidth, resizedHeight) = ResizedSize(transform, width, height);
        var (x, left, keptWidth) = Centre(resizedWidth, transform.Width);
        var (y, top, keptHeight) = Centre(resizedHeight, transform.Height);
        return new CropLayout(resizedWidth, resizedHeight, new ResizeWindow(x, y, keptWidth, keptHeight), left, top);
    }

    /// <summary>Resizes, crops and fills.</summary>
    public Picture Cut(Picture picture, EvaluationTransform transform)
    {
        var kept = picture.Resize(Width, Height, transform.Filter, Window);
        if (Window.Width == transform.Width && Window.Height == transform.Height)
        {
            return kept;
        }

        var filled = new byte[transform.Width * transform.Height * 3];
        if (transform.Mode == CropMode.Border)
        {
            for (var i = 0; i < filled.Length; i++)
            {
                filled[i] = (byte)Math.Clamp(ToEven(255 * transform.Mean[i % 3]), 0, 255);
            }
        }

        for (var row = 0; row < Window.Height; row++)
        {
            kept.Pixels.Slice(row * Window.Width * 3, Window.Width * 3)
                .CopyTo(filled.AsSpan((((Top + row) * transform.Width) + Left) * 3));
        }

        return new Picture(transform.Width, transform.Height, filled);
    }

    private static (int Width, int Height) ResizedSize(EvaluationTransform transform, int width, int height)
    {
        double targetWidth = transform.Scaled(transform.Width), targetHeight = transform.Scaled(transform.Height);
        if (transform.Mode == CropMode.Squash)
        {
            return ((int)targetWidth, (int)targetHeight);
        }

        // A square target truncates the longer side, any other rounds both: two code paths of the reference, kept
        // apart.
        if (transform.Mode == CropMode.Center && targetWidth == targetHeight)
        {
            return width <= height
                ? ((int)targetWidth, Side(Math.Truncate(targetWidth * height / width)))
                : (Side(Math.Truncate(targetHeight * width / height)), (int)targetHeight);
        }

        double byWidth = width / targetWidth, byHeight = height / targetHeight;
        var ratio = transform.Mode == CropMode.Border ? Math.Max(byWidth, byHeight) : Math.Min(byWidth, byHeight);
        return (Side(ToEven(width / ratio)), Side(ToEven(height / ratio)));
    }

    // Python's round.
    private static double ToEven(double value) => Math.Round(value, MidpointRounding.ToEven);

    private static int Side(double length) => (int)Math.Clamp(length, 1, int.MaxValue);

    // The offset into the resized side (half to even), the filling before it, and how much of it is kept.
    private static (int Offset, int Filling, int Kept) Centre(int resized, int target) => resized >= target
        ? ((int)ToEven((resized - target) / 2.0), 0, target)
        : (0, (target - resized) / 2, resized);
}
