using System.Numerics;

namespace Deep.Perceivers;

/// <summary>A surface of triangles.</summary>
/// <remarks>Immutable and plain managed memory, safe to share between threads.</remarks>
public sealed class TriangleMesh
{
    /// <summary>A surface.</summary>
    /// <param name="vertices">Corners.</param>
    /// <param name="triangles">Three indices of <paramref name="vertices"/> each.</param>
    /// <exception cref="ShapeException">An index is out of range, or a corner is not finite.</exception>
    public TriangleMesh(IReadOnlyList<Vector3> vertices, IReadOnlyList<(int A, int B, int C)> triangles)
    {
        ArgumentNullException.ThrowIfNull(vertices);
        ArgumentNullException.ThrowIfNull(triangles);
        if (vertices.Any(v => !(float.IsFinite(v.X) && float.IsFinite(v.Y) && float.IsFinite(v.Z))))
        {
            throw new ShapeException("The corners of a mesh are finite numbers, but one is not.");
        }

        var count = (uint)vertices.Count;
        if (triangles.Any(t => (uint)t.A >= count || (uint)t.B >= count || (uint)t.C >= count))
        {
            throw new ShapeException($"The triangles of a mesh name its {count} corners, but one names another.");
        }

        (Vertices, Triangles) = ([.. vertices], [.. triangles]);
    }

    /// <summary>The corners.</summary>
    public IReadOnlyList<Vector3> Vertices { get; }

    /// <summary>Three corners each.</summary>
    public IReadOnlyList<(int A, int B, int C)> Triangles { get; }

    /// <summary>Reads a Wavefront OBJ file.</summary>
    /// <param name="path">The file: its <c>v</c> and <c>f</c> lines are read, polygons are cut into triangles.</param>
    /// <exception cref="Media.MediaException">The file cannot be read, is damaged, or is larger than
    /// <see cref="ObjReader.MaxBytes"/>.</exception>
    public static TriangleMesh Open(string path) => ObjReader.Read(path);

    /// <summary>Points spread evenly over the surface.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Where the choices come from: the same seed gives the same points.</param>
    /// <returns>A cloud of <paramref name="count"/> points.</returns>
    /// <exception cref="ShapeException">The surface has no area.</exception>
    public PointCloud Sample(int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        var upTo = new double[Triangles.Count];
        var area = 0.0;
        for (var t = 0; t < upTo.Length; t++)
        {
            var (a, b, c) = Triangles[t];
            area += Area(Vertices[a], Vertices[b], Vertices[c]);
            upTo[t] = area;
        }

        if (!(area > 0 && double.IsFinite(area)))
        {
            throw new ShapeException($"Points are sampled from a surface with an area, but this one has {area}.");
        }

        var points = new Vector3[count];
        for (var i = 0; i < count; i++)
        {
            var random = new CounterRandom(seed, i);
            var found = Array.BinarySearch(upTo, random.Unit(0) * area);
            var (a, b, c) = Triangles[Math.Min(found < 0 ? ~found : found + 1, upTo.Length - 1)];

            // Uniform in a triangle: the square root makes up for its narrowing towards the first corner.
            var (r, s) = ((float)Math.Sqrt(random.Unit(1)), (float)random.Unit(2));
            points[i] = ((1 - r) * Vertices[a]) + (r * (1 - s) * Vertices[b]) + (r * s * Vertices[c]);
        }

        return new PointCloud(points);
    }

    // In double precision: the squares of large coordinates do not fit floats.
    private static double Area(Vector3 a, Vector3 b, Vector3 c)
    {
        double ux = b.X - (double)a.X, uy = b.Y - (double)a.Y, uz = b.Z - (double)a.Z;
        double vx = c.X - (double)a.X, vy = c.Y - (double)a.Y, vz = c.Z - (double)a.Z;
        double x = (uy * vz) - (uz * vy), y = (uz * vx) - (ux * vz), z = (ux * vy) - (uy * vx);
        return Math.Sqrt((x * x) + (y * y) + (z * z)) / 2;
    }
}
