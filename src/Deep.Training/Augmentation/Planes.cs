namespace Deep.Training;

// C channels, H x W pixels

/// <summary>The shape that all operations on the bytes of one picture ask for.</summary>
internal static class Planes
{
    /// <summary>C of C · H · W bytes.</summary>
    /// <exception cref="ShapeException">They are not whole channels.</exception>
    public static int Channels(ReadOnlySpan<byte> picture, int height, int width)
    {
        if (height < 1 || width < 1 || picture.IsEmpty || picture.Length % ((long)height * width) != 0)
        {
            throw new ShapeException($"{picture.Length} bytes are not whole channels of {height} x {width}.");
        }

        return picture.Length / (height * width);
    }
}
