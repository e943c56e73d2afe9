namespace Deep.Media;

/// <summary>Finds what a GIF's first frame says about transparency (GIF89a, sections 20 and 23).</summary>
/// <remarks>
/// The codec clears transparent pixels, so their colour would be lost, while Pillow keeps it. Without the flag in the
/// file the codec keeps it too, and only the part of the screen that the frame does not cover stays clear.
/// </remarks>
/// <param name="FlagAt">
/// Position of the packed byte whose lowest bit makes an index transparent; -1 if the first frame has none.
/// </param>
/// <param name="Outside">
/// Colour of the screen where the frame does not reach: that of the transparent index, else of index 0.
/// </param>
internal readonly record struct GifTransparency(int FlagAt, (byte Red, byte Green, byte Blue) Outside)
{
    private const int ScreenEnd = 13;
    private const byte Extension = 0x21;
    private const byte GraphicControl = 0xF9;
    private const byte ImageDescriptor = 0x2C;

    /// <summary>Reads the blocks up to the first frame.</summary>
    /// <returns>Null if the file is damaged before that; the codec will say so.</returns>
    public static GifTransparency? Find(ReadOnlySpan<byte> gif)
    {
        if (gif.Length < ScreenEnd)
        {
            return null;
        }

        var colours = ColourTable(gif, gif[10], ScreenEnd);
        var at = ScreenEnd + colours.Length;
        int flag = -1, index = 0;
        while (at + 10 <= gif.Length)
        {
            if (gif[at] == ImageDescriptor)
            {
                var local = ColourTable(gif, gif[at + 9], at + 10);
                return new GifTransparency(flag, Colour(local.IsEmpty ? colours : local, index));
            }

            if (gif[at] != Extension)
            {
                return null;
            }

            if (gif[at + 1] == GraphicControl && gif[at + 2] >= 4)
            {
                (flag, index) = (gif[at + 3] & 1) != 0 ? (at + 3, gif[at + 6]) : (-1, 0);
            }

            // An extension is a chain of sub-blocks, each led by its length; a length of zero ends it.
            at += 2;
            while (at < gif.Length && gif[at] != 0)
            {
                at += gif[at] + 1;
            }

            at++;
        }

        return null;
    }

    private static ReadOnlySpan<byte> ColourTable(ReadOnlySpan<byte> gif, byte packed, int at)
    {
        var bytes = (packed & 0x80) == 0 ? 0 : 3 << ((packed & 7) + 1);
        return at + bytes <= gif.Length ? gif.Slice(at, bytes) : [];
    }

    private static (byte Red, byte Green, byte Blue) Colour(ReadOnlySpan<byte> colours, int index) =>
        (index * 3) + 3 <= colours.Length
            ? (colours[index * 3], colours[(index * 3) + 1], colours[(index * 3) + 2])
            : default;
}
