using System.Numerics;

namespace Deep.Perceivers.Recipes;

/// <summary>Ten shapes made by formulas, a class each: point clouds to train and try a network on without any file.</summary>
public static class SolidShapes
{
    private const int Around = 48;

    /// <summary>The shapes with their names, in the order of the names; the vertical is y.</summary>
    public static IReadOnlyList<(string Name, TriangleMesh Mesh)> All { get; } =
    [
        ("ball", Turned(32, t => (MathF.Sin(MathF.PI * t), -MathF.Cos(MathF.PI * t)))),
        ("chair", new Surface().Box(new(-1, -0.1f, -1), new(1, 0.1f, 1)).Box(new(-1, 0.1f, -1), new(1, 2.2f, -0.8f)).Legs(1, -1.6f, -0.1f).Mesh),
        ("cone", Turned(16, t => t < 0.5f ? (2 * t, -1) : (2 - (2 * t), -1 + (4 * (t - 0.5f))))),
        ("cube", new Surface().Box(new(-1, -1, -1), new(1, 1, 1)).Mesh),
        ("hourglass", Turned(32, t => (0.12f + (0.88f * MathF.Pow(MathF.Abs((2 * t) - 1), 1.5f)), (2.8f * t) - 1.4f))),
        ("knot", new Surface().Tube(160, 0.28f, s => new Vector3(
            MathF.Sin(s) + (2 * MathF.Sin(2 * s)), MathF.Cos(s) - (2 * MathF.Cos(2 * s)), -MathF.Sin(3 * s)) * 0.5f).Mesh),
        ("ring", new Surface().Tube(64, 0.35f, s => new Vector3(MathF.Cos(s), 0, MathF.Sin(s))).Mesh),
        ("spring", new Surface().Tube(160, 0.14f, s => new Vector3(MathF.Cos(4 * s), (0.5f * s) - (0.5f * MathF.PI), MathF.Sin(4 * s)), isClosed: false).Mesh),
        ("table", new Surface().Box(new(-1.5f, 0.9f, -1), new(1.5f, 1.1f, 1)).Legs(1, -0.9f, 0.9f, 1.5f).Mesh),
        ("vase", Turned(32, t => (0.35f + (0.55f * MathF.Pow(MathF.Sin(MathF.PI * Math.Min(1, 1.25f * t)), 2)) + (t > 0.8f ? 1.2f * (t - 0.8f) : 0), (2.6f * t) - 1.3f))),
    ];

    // A curve (distance from the axis, height) turned about the vertical.
    private static TriangleMesh Turned(int along, Func<float, (float Radius, float Height)> profile) => new Surface().Sheet(along, Around, (u, v) =>
    {
        var (radius, height) = profile(u);
        var (sin, cos) = MathF.SinCos(2 * MathF.PI * v);
        return new Vector3(radius * cos, height, radius * sin);
    }).Mesh;

    /// <summary>Triangles that are put together.</summary>
    private sealed class Surface
    {
        private readonly List<Vector3> vertices = [];
        private readonly List<(int, int, int)> triangles = [];

        public TriangleMesh Mesh => new(vertices, triangles);

        // A grid of points (u, v) in [0, 1]² with two triangles for each cell.
        public Surface Sheet(int rows, int columns, Func<float, float, Vector3> place)
        {
            var first = vertices.Count;
            for (var i = 0; i <= rows; i++)
            {
                for (var j = 0; j <= columns; j++)
                {
                    vertices.Add(place((float)i / rows, (float)j / columns));
                }
            }

            for (var i = 0; i < rows; i++)
            {
                for (var j = 0; j < columns; j++)
                {
                    var corner = first + (i * (columns + 1)) + j;
                    triangles.Add((corner, corner + 1, corner + columns + 1));
                    triangles.Add((corner + 1, corner + columns + 2, corner + columns + 1));
                }
            }

            return this;
        }

        public Surface Box(Vector3 low, Vector3 high)
        {
            var size = high - low;
            Vector3[] axes = [new(size.X, 0, 0), new(0, size.Y, 0), new(0, 0, size.Z)];
            for (var axis = 0; axis < 3; axis++)
            {
                var (right, up, outward) = (axes[(axis + 1) % 3], axes[(axis + 2) % 3], axes[axis]);
                Sheet(1, 1, (u, v) => low + (u * right) + (v * up));
                Sheet(1, 1, (u, v) => low + outward + (u * right) + (v * up));
            }

            return this;
        }

        // Four legs under the corners of a plate.
        public Surface Legs(float depth, float bottom, float top, float? width = null)
        {
            const float thickness = 0.2f;
            var across = width ?? depth;
            foreach (var (x, z) in new[] { (-across, -depth), (across - thickness, -depth), (-across, depth - thickness), (across - thickness, depth - thickness) })
            {
                Box(new(x, bottom, z), new(x + thickness, top, z + thickness));
            }

            return this;
        }

        // A round tube along a curve over [0, 2π].
        public Surface Tube(int along, float radius, Func<float, Vector3> curve, bool isClosed = true)
        {
            const float step = 0.01f;
            return Sheet(along, 16, (u, v) =>
            {
                var s = 2 * MathF.PI * (isClosed && u == 1 ? 0 : u);
                var forward = Vector3.Normalize(curve(s + step) - curve(s - step));
                var side = Vector3.Normalize(Vector3.Cross(forward, MathF.Abs(forward.Y) < 0.9f ? Vector3.UnitY : Vector3.UnitX));
                var (sin, cos) = MathF.SinCos(2 * MathF.PI * v);
                return curve(s) + (radius * ((cos * side) + (sin * Vector3.Cross(forward, side))));
            });
        }
    }
}
