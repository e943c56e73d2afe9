using System.Numerics;
using Deep.Media;
using Deep.Perceivers;

namespace Deep.Cli.Tour;

/// <summary>Draws a point cloud as soft dots before a dark ground, the nearer the larger and the brighter.</summary>
internal static class CloudPicture
{
    private const int Oversampling = 2;
    private const float Tilt = 0.42f;
    private const float Reach = 1.45f;

    private static readonly Vector3 Ground = new(17, 24, 39);
    private static readonly Vector3 Far = new(54, 88, 160);
    private static readonly Vector3 Near = new(158, 214, 255);

    /// <summary>Draws it, seen a little from above.</summary>
    /// <param name="cloud">A normalised cloud.</param>
    /// <param name="side">Pixels of the picture's side.</param>
    public static Picture Draw(PointCloud cloud, int side)
    {
        var fine = side * Oversampling;
        var pixels = new Vector3[fine * fine];
        Array.Fill(pixels, Ground);
        var turn = Matrix4x4.CreateRotationX(Tilt);
        var seen = cloud.Points.ToArray().Select(point => Vector3.Transform(point, turn)).OrderBy(point => point.Z).ToArray();
        var (least, most) = (seen[0].Z, seen[^1].Z);
        foreach (var point in seen)
        {
            var nearness = most > least ? (point.Z - least) / (most - least) : 1;
            Dot(
                pixels, fine, fine * (0.5f + (point.X / (2 * Reach))), fine * (0.5f - (point.Y / (2 * Reach))),
                fine * (0.006f + (0.009f * nearness)), Vector3.Lerp(Far, Near, nearness));
        }

        var rgb = new byte[fine * fine * 3];
        for (var i = 0; i < pixels.Length; i++)
        {
            (rgb[3 * i], rgb[(3 * i) + 1], rgb[(3 * i) + 2]) = ((byte)pixels[i].X, (byte)pixels[i].Y, (byte)pixels[i].Z);
        }

        return new Picture(fine, fine, rgb).Resize(side, side, ResizeFilter.Bilinear);
    }

    private static void Dot(Vector3[] pixels, int side, float x, float y, float radius, Vector3 colour)
    {
        for (var row = Math.Max(0, (int)(y - radius - 1)); row <= Math.Min(side - 1, (int)(y + radius + 1)); row++)
        {
            for (var column = Math.Max(0, (int)(x - radius - 1)); column <= Math.Min(side - 1, (int)(x + radius + 1)); column++)
            {
                var cover = Math.Clamp(radius + 0.5f - Vector2.Distance(new(column + 0.5f, row + 0.5f), new(x, y)), 0, 1);
                ref var pixel = ref pixels[(row * side) + column];
                pixel = Vector3.Lerp(pixel, colour, 0.9f * cover);
            }
        }
    }
}
