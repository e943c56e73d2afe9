using System.Runtime.InteropServices;
using Deep.Media;
using SixLabors.ImageSharp;
using SixLabors.ImageSharp.PixelFormats;

namespace Deep.ImageSharp;

// H height, W width, both in pixels; 3 channels in the order red, green, blue

/// <summary>Converts between ImageSharp's pictures and those of the Deep suite, pixel for pixel.</summary>
/// <remarks>
/// For pictures that an application has already decoded, drawn or edited with ImageSharp. To read a file for a model,
/// use <see cref="Picture.Open(string, MediaLimits?)"/>: its decoder and its resize agree with those that the models
/// were evaluated with, ImageSharp's differ by some steps in 255. Safe for concurrent use on different pictures.
/// </remarks>
public static class PictureConversions
{
    /// <summary>The pixels of an ImageSharp picture, its first frame, copied.</summary>
    /// <param name="image">A picture of W x H; it stays the caller's to dispose.</param>
    /// <returns>A picture of the same size; nothing to dispose.</returns>
    public static Picture ToPicture(this Image<Rgb24> image)
    {
        ArgumentNullException.ThrowIfNull(image);
        var rgb = new byte[image.Width * image.Height * 3];
        image.CopyPixelDataTo(rgb);
        return new Picture(image.Width, image.Height, rgb);
    }

    /// <summary>
    /// The pixels of an ImageSharp picture of any pixel type, its first frame, converted to 8-bit RGB; alpha is
    /// dropped.
    /// </summary>
    /// <param name="image">A picture of W x H; it stays the caller's to dispose.</param>
    /// <returns>A picture of the same size; nothing to dispose.</returns>
    public static Picture ToPicture(this Image image)
    {
        ArgumentNullException.ThrowIfNull(image);
        if (image is Image<Rgb24> rgb)
        {
            return rgb.ToPicture();
        }

        using var converted = image.CloneAs<Rgb24>();
        return converted.ToPicture();
    }

    /// <summary>The pixels of a picture as an ImageSharp picture, copied.</summary>
    /// <param name="picture">A picture of W x H.</param>
    /// <returns>An ImageSharp picture of the same size. The caller disposes it.</returns>
    public static Image<Rgb24> ToImageSharp(this Picture picture)
    {
        ArgumentNullException.ThrowIfNull(picture);
        var pixels = MemoryMarshal.Cast<byte, Rgb24>(picture.Pixels);
        return Image.LoadPixelData<Rgb24>(pixels, picture.Width, picture.Height);
    }
}
