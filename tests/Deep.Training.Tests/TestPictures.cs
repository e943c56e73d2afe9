namespace Deep.Training.Tests;

/// <summary>Twenty tiny pictures of two classes: bright ones and dark ones, each with noise of its own.</summary>
internal static class TestPictures
{
    public const int Side = 8;

    public static PictureSet Set()
    {
        var random = new RandomState(42);
        var pixels = new byte[20 * 3 * Side * Side];
        var labels = Enumerable.Range(0, 20).Select(i => i % 2).ToArray();
        for (var i = 0; i < pixels.Length; i++)
        {
            var label = labels[i / (3 * Side * Side)];
            pixels[i] = (byte)((label * 90) + 40 + random.NextInt32(60));
        }

        return new PictureSet(pixels, labels, ["dark", "bright"], 3, Side, Side);
    }
}
