using Deep.Media;
using Deep.Perceivers.Recipes;

namespace Deep.Cli.Tour;

/// <summary>Draws digits of 8 x 8 pixels, each pixel a square of light on a dark ground.</summary>
internal static class DigitPicture
{
    private const int PixelsPerPixel = 8;

    private static readonly (float Red, float Green, float Blue) Dark = (17, 24, 39);
    private static readonly (float Red, float Green, float Blue) Light = (226, 238, 255);

    /// <summary>Draws one.</summary>
    /// <param name="pixels">64 values from 0 to 1, row by row.</param>
    public static Picture Draw(ReadOnlySpan<float> pixels)
    {
        const int side = DigitSet.Side * PixelsPerPixel;
        var rgb = new byte[side * side * 3];
        for (var i = 0; i < side * side; i++)
        {
            var value = Math.Clamp(pixels[(i / side / PixelsPerPixel * DigitSet.Side) + (i % side / PixelsPerPixel)], 0, 1);
            rgb[3 * i] = (byte)float.Lerp(Dark.Red, Light.Red, value);
            rgb[(3 * i) + 1] = (byte)float.Lerp(Dark.Green, Light.Green, value);
            rgb[(3 * i) + 2] = (byte)float.Lerp(Dark.Blue, Light.Blue, value);
        }

        return new Picture(side, side, rgb);
    }
}
