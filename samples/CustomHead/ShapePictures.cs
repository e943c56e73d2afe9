using Deep.Media;

namespace CustomHead;

/// <summary>Draws circles, squares and triangles of random colour, size and place on a noisy ground.</summary>
internal static class ShapePictures
{
    /// <summary>The shapes by name.</summary>
    public static IReadOnlyList<string> Classes { get; } = ["circle", "square", "triangle"];

    /// <summary>Draws pictures, the shapes in turn.</summary>
    /// <param name="count">How many.</param>
    /// <param name="seed">The same seed draws the same pictures.</param>
    /// <param name="size">Their side in pixels.</param>
    public static (IReadOnlyList<Picture> Pictures, long[] Labels) Draw(int count, int seed, int size)
    {
        var random = new Random(seed);
        var labels = Enumerable.Range(0, count).Select(i => (long)(i % Classes.Count)).ToArray();
        return ([.. labels.Select(label => Draw(label, random, size))], labels);
    }

    private static Picture Draw(long shape, Random random, int size)
    {
        var radius = size * (0.28 + (0.14 * random.NextDouble()));
        var (centreX, centreY) = (Place(), Place());
        var (ink, ground) = (Colour(from: 150), Colour(from: 0));
        var rgb = new byte[size * size * 3];
        for (var y = 0; y < size; y++)
        {
            for (var x = 0; x < size; x++)
            {
                var colour = Covers(shape, (x - centreX) / radius, (y - centreY) / radius) ? ink : ground;
                for (var c = 0; c < 3; c++)
                {
                    rgb[(((y * size) + x) * 3) + c] = (byte)Math.Clamp(colour[c] + random.Next(-12, 13), 0, 255);
                }
            }
        }

        return new Picture(size, size, rgb);

        double Place() => radius + (random.NextDouble() * (size - (2 * radius)));
        int[] Colour(int from) => [.. Enumerable.Range(0, 3).Select(_ => from + random.Next(100))];
    }

    private static bool Covers(long shape, double x, double y) => shape switch
    {
        0 => (x * x) + (y * y) <= 1,
        1 => Math.Max(Math.Abs(x), Math.Abs(y)) <= 0.9,
        _ => y <= 0.9 && y >= -0.9 && Math.Abs(x) <= (y + 0.9) / 1.8,
    };
}
