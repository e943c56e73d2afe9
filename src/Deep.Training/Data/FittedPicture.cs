using Deep.Media;

namespace Deep.Training;

/// <summary>What the sources have in common: a decoded picture, fitted once for each copy, plane by plane.</summary>
internal static class FittedPicture
{
    /// <summary>Writes a version of a picture for each copy.</summary>
    public static void Write(
        Picture picture, string name, IPictureFit? fit, ReadOnlySpan<RandomState> copies, Span<byte> pictures)
    {
        var bytes = copies.Length == 0 ? 0 : pictures.Length / copies.Length;
        for (var copy = 0; copy < copies.Length; copy++)
        {
            var fitted = fit is null ? picture : fit.Fit(picture, copies[copy]);
            if (fitted.Pixels.Length != bytes)
            {
                throw fit is null
                    ? new ConfigurationException(
                        "PictureBatchOptions.Fit", "set where pictures have different sizes",
                        $"missing, and {name} is {picture.Width} x {picture.Height} pixels")
                    : new ShapeException(
                        $"The fit says {fit.Width} x {fit.Height} pixels, but made {name} {fitted.Width} x "
                        + $"{fitted.Height}.");
            }

            fitted.CopyPlanesTo(pictures.Slice(copy * bytes, bytes));
        }
    }
}
