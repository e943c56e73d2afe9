namespace Deep.Training;

/// <summary>The one shape of all pictures of a batch.</summary>
internal readonly record struct PictureShape(int Channels, int Height, int Width)
{
    /// <summary>The bytes of a picture.</summary>
    public int Bytes => Channels * Height * Width;

    /// <summary>The shape that a source's pictures have with a fit, or without.</summary>
    /// <exception cref="ConfigurationException">The pictures have no one shape, or the fit makes an impossible one.</exception>
    public static PictureShape Of(IPictureSource pictures, IPictureFit? fit)
    {
        var (height, width) = fit is null
            ? pictures.Size ?? throw new ConfigurationException(
                "PictureBatchOptions.Fit", "set where pictures have no common size", null)
            : (fit.Height, fit.Width);
        if (height is < 1 or > 16_384 || width is < 1 or > 16_384 || pictures.Channels < 1
            || (long)pictures.Channels * height * width > Array.MaxLength)
        {
            throw new ConfigurationException(
                "PictureBatchOptions.Fit", "from 1 to 16384 pixels high and wide", $"{pictures.Channels} x {height} x {width}");
        }

        return new PictureShape(pictures.Channels, height, width);
    }
}
