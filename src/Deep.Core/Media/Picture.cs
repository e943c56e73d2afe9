using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Media;

// H height, W width, both in pixels; 3 channels in the order red, green, blue

/// <summary>A picture of 8-bit RGB pixels, decoded from PNG, JPEG, WebP, BMP or GIF or made from an array.</summary>
/// <remarks>
/// Immutable and plain managed memory: nothing to dispose, safe to share between threads. Decoding, resizing and
/// cropping give the same bytes as Pillow, so that models see what they were evaluated with.
/// </remarks>
public sealed partial class Picture
{
    private readonly byte[] _rgb;

    /// <summary>A picture over an array of pixels.</summary>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    /// <param name="rgb">
    /// H x W x 3 bytes, rows from the top. The picture keeps the array: it must not be changed afterwards.
    /// </param>
    /// <exception cref="ShapeException">A side is less than 1 or the array has another length.</exception>
    public Picture(int width, int height, byte[] rgb)
    {
        ArgumentNullException.ThrowIfNull(rgb);
        if (width < 1 || height < 1 || (long)width * height > int.MaxValue || (long)width * height * 3 != rgb.Length)
        {
            throw new ShapeException(
                $"A picture of {width} x {height} pixels needs sides of at least 1 and width x height x 3 bytes, "
                + $"but came with {rgb.Length}.");
        }

        Width = width;
        Height = height;
        _rgb = rgb;
    }

    /// <summary>W, pixels in a row.</summary>
    public int Width { get; }

    /// <summary>H, rows.</summary>
    public int Height { get; }

    /// <summary>H x W x 3 bytes: rows from the top, red, green and blue interleaved.</summary>
    public ReadOnlySpan<byte> Pixels => _rgb;

    /// <summary>
    /// The picture scaled to exactly the given size; equal to Pillow's <c>Image.resize</c> bit for bit.
    /// </summary>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="filter">The kernel; the aspect ratio is not kept.</param>
    /// <exception cref="ShapeException">A side is less than 1 or the result does not fit an array.</exception>
    public Picture Resize(int width, int height, ResizeFilter filter = ResizeFilter.Bicubic) =>
        Resize(width, height, filter, new ResizeWindow(0, 0, width, height));

    /// <summary>The picture scaled to exactly the given size, with or without antialiasing.</summary>
    /// <param name="width">New width, at least 1.</param>
    /// <param name="height">New height, at least 1.</param>
    /// <param name="filter">The kernel; the aspect ratio is not kept.</param>
    /// <param name="antialias">
    /// Whether the kernel widens where the picture shrinks, as in Pillow. Without it pixels between the samples are left
    /// out, as in TensorFlow's <c>tf.image.resize</c> by default.
    /// </param>
    /// <exception cref="ShapeException">A side is less than 1 or the result does not fit an array.</exception>
    public Picture Resize(int width, int height, ResizeFilter filter, bool antialias) =>
        Resize(width, height, filter, new ResizeWindow(0, 0, width, height), antialias);

    /// <summary>A rectangle of the picture.</summary>
    /// <param name="x">Left edge, from 0.</param>
    /// <param name="y">Top edge, from 0.</param>
    /// <param name="width">Width of the rectangle, at least 1.</param>
    /// <param name="height">Height of the rectangle, at least 1.</param>
    /// <exception cref="ShapeException">The rectangle is empty or reaches outside the picture.</exception>
    public Picture Crop(int x, int y, int width, int height)
    {
        if (x < 0 || y < 0 || width < 1 || height < 1 || width > Width - x || height > Height - y)
        {
            throw new ShapeException(
                $"A crop of {width} x {height} pixels at ({x}, {y}) "
                + $"does not lie within a picture of {Width} x {Height}.");
        }

        var cropped = new byte[width * height * 3];
        for (var row = 0; row < height; row++)
        {
            Pixels.Slice((((y + row) * Width) + x) * 3, width * 3).CopyTo(cropped.AsSpan(row * width * 3));
        }

        return new Picture(width, height, cropped);
    }

    /// <summary>The picture mirrored left to right.</summary>
    public Picture FlipHorizontal()
    {
        var flipped = new byte[_rgb.Length];
        for (var row = 0; row < _rgb.Length; row += Width * 3)
        {
            for (int from = row, to = row + ((Width - 1) * 3); from < row + (Width * 3); from += 3, to -= 3)
            {
                flipped[to] = _rgb[from];
                flipped[to + 1] = _rgb[from + 1];
                flipped[to + 2] = _rgb[from + 2];
            }
        }

        return new Picture(Width, Height, flipped);
    }

    /// <summary>The pixels as a tensor, written once, straight into its memory.</summary>
    /// <returns>[3, H, W], uint8, on the CPU. The caller disposes it.</returns>
    public Tensor ToTensor()
    {
        var planes = empty([3, Height, Width], uint8);
        PixelPlanes.Split(_rgb, planes.bytes);
        return planes;
    }

    /// <summary>The picture in a tensor.</summary>
    /// <param name="planes">[3, H, W], uint8, on any device.</param>
    /// <exception cref="ShapeException"><paramref name="planes"/> has another shape or dtype.</exception>
    public static Picture FromTensor(Tensor planes)
    {
        ArgumentNullException.ThrowIfNull(planes);
        if (planes.dtype != ScalarType.Byte || planes.dim() != 3 || planes.shape[0] != 3
            || planes.numel() is 0 or > int.MaxValue)
        {
            throw new ShapeException(
                $"A picture is made of a tensor [3, H, W] of uint8, "
                + $"but a tensor [{string.Join(", ", planes.shape)}] of {planes.dtype} came.");
        }

        using var scope = NewDisposeScope();
        var interleaved = planes.permute(1, 2, 0).cpu().contiguous();
        return new Picture((int)planes.shape[2], (int)planes.shape[1], interleaved.bytes.ToArray());
    }

    /// <summary>Writes the pixels plane by plane, for callers that fill a batch of their own.</summary>
    /// <param name="planes">3 x H x W bytes: all red, all green, all blue.</param>
    /// <exception cref="ShapeException"><paramref name="planes"/> has another length.</exception>
    public void CopyPlanesTo(Span<byte> planes)
    {
        if (planes.Length != _rgb.Length)
        {
            throw new ShapeException(
                $"The planes of a picture of {Width} x {Height} pixels are {_rgb.Length} bytes, "
                + $"but {planes.Length} came.");
        }

        PixelPlanes.Split(_rgb, planes);
    }

    /// <summary>A window of the resized picture; only what the window needs is computed.</summary>
    internal Picture Resize(
        int width, int height, ResizeFilter filter, ResizeWindow window, bool antialias = true)
    {
        // The first pass makes up to Height rows of the window's width.
        if (width < 1 || height < 1 || (long)Math.Max(window.Height, Height) * window.Width > Array.MaxLength / 3)
        {
            throw new ShapeException(
                $"A picture of {Width} x {Height} pixels cannot be resized to {width} x {height}: "
                + $"sides are at least 1, and at most {Array.MaxLength} bytes fit an array.");
        }

        return PictureResampler.Resize(this, width, height, filter, window, antialias: antialias);
    }
}
