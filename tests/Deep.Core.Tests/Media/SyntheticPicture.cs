using System.Security.Cryptography;
using Deep.Media;

namespace Deep.Tests.Media;

/// <summary>
/// Pictures that are computed from their coordinates, smooth at the top left and aliased at the bottom right.
/// </summary>
internal static class SyntheticPicture
{
    public static Picture Create(int width, int height)
    {
        var rgb = new byte[width * height * 3];
        for (int y = 0, i = 0; y < height; y++)
        {
            for (var x = 0; x < width; x++)
            {
                for (var c = 0; c < 3; c++, i++)
                {
                    rgb[i] = (byte)(((x * x * 3) + (y * y * 5) + (x * y * 7) + (c * 91)) >> 2);
                }
            }
        }

        return new Picture(width, height, rgb);
    }

    /// <summary>
    /// The first 16 digits of the SHA-256 of the pixels: enough to tell pictures apart, short enough for a table.
    /// </summary>
    public static string Digest(this Picture picture) =>
        Convert.ToHexStringLower(SHA256.HashData(picture.Pixels))[..16];

    /// <summary>How many pixels of two pictures of one size differ.</summary>
    public static int Differences(Picture one, Picture other) => Enumerable.Range(0, one.Width * one.Height).Count(i =>
        !one.Pixels.Slice(i * 3, 3).SequenceEqual(other.Pixels.Slice(i * 3, 3)));

    public static void AssertSame(Picture expected, Picture actual)
    {
        Assert.Equal((expected.Width, expected.Height), (actual.Width, actual.Height));
        Assert.True(expected.Pixels.SequenceEqual(actual.Pixels), "The pixels differ.");
    }
}
