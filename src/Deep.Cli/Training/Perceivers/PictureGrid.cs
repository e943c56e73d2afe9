using Deep.Media;

namespace Deep.Cli.Training.Perceivers;

/// <summary>Puts pictures of one size beside and below one another.</summary>
internal static class PictureGrid
{
    private const int Gap = 6;
    private const byte Ground = 255;

    /// <summary>One picture of all.</summary>
    /// <param name="rows">Rows of pictures, all of one size; one or more.</param>
    /// <param name="enlarged">How many pixels each pixel becomes along each side, 1 or more.</param>
    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture>> rows, int enlarged = 1)
    {
        var (tileWidth, tileHeight) = (rows[0][0].Width * enlarged, rows[0][0].Height * enlarged);
        var columns = rows.Max(row => row.Count);
        var (width, height) = ((columns * (tileWidth + Gap)) + Gap, (rows.Count * (tileHeight + Gap)) + Gap);
        var rgb = new byte[width * height * 3];
        Array.Fill(rgb, Ground);
        for (var r = 0; r < rows.Count; r++)
        {
            for (var c = 0; c < rows[r].Count; c++)
            {
                var pixels = rows[r][c].Pixels;
                for (var y = 0; y < tileHeight; y++)
                {
                    for (var x = 0; x < tileWidth; x++)
                    {
                        var source = ((y / enlarged * rows[r][c].Width) + (x / enlarged)) * 3;
                        var target = (((Gap + (r * (tileHeight + Gap)) + y) * width) + Gap + (c * (tileWidth + Gap)) + x) * 3;
                        pixels.Slice(source, 3).CopyTo(rgb.AsSpan(target));
                    }
                }
            }
        }

        return new Picture(width, height, rgb);
    }
}
