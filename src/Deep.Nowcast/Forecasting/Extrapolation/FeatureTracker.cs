using System.Numerics;
using System.Runtime.InteropServices;

namespace Deep.Nowcast;

// s the side of the window, x to the right, y down, G the matrix of the template's gradients

/// <summary>Lucas–Kanade tracking of features through a pyramid of images.</summary>
/// <remarks>
/// Bouguet 2001: at each level, from the smallest, the displacement that makes a window of the later image equal to the
/// template is improved by Gauss–Newton steps G dv = sum (I - J) grad I. Within a window all pixels share one set of bilinear
/// weights, so rows are read with vector instructions. Pixels without observation in either image count for nothing.
/// </remarks>
internal sealed class FeatureTracker
{
    private const float LeastEigenvalue = 1e-4f;
    private readonly TrackingImage from;
    private readonly TrackingImage to;
    private readonly int side;
    private readonly int iterations;
    private readonly float precision;

    /// <summary>A tracker between two images with the same levels.</summary>
    /// <param name="from">The earlier image.</param>
    /// <param name="to">The later image.</param>
    /// <param name="side">s, a multiple of 8; images have margins of s or more.</param>
    /// <param name="iterations">Steps at most at each level.</param>
    /// <param name="precision">Pixels: a smaller step ends a level.</param>
    public FeatureTracker(TrackingImage from, TrackingImage to, int side, int iterations, double precision) =>
        (this.from, this.to, this.side, this.iterations, this.precision) = (from, to, side, iterations, (float)precision);

    /// <summary>Scratch memory of one thread.</summary>
    internal sealed class Scratch(int side)
    {
        /// <summary>The template I with a rim of one pixel, then its gradients.</summary>
        public float[] Rim { get; } = new float[(side + 2) * (side + 2 + Vector<float>.Count)];

        /// <summary>I.</summary>
        public float[] Template { get; } = new float[side * side];

        /// <summary>dI/dx.</summary>
        public float[] X { get; } = new float[side * side];

        /// <summary>dI/dy.</summary>
        public float[] Y { get; } = new float[side * side];
    }

    /// <summary>Where a feature went.</summary>
    /// <param name="column">Its column.</param>
    /// <param name="row">Its row.</param>
    /// <param name="scratch">The thread's own memory.</param>
    /// <returns>The displacement in pixels, or null where it is lost.</returns>
    public (float X, float Y)? Track(float column, float row, Scratch scratch)
    {
        var (vx, vy) = (0f, 0f);
        for (var l = from.Levels.Length - 1; l >= 0; l--)
        {
            var (px, py) = (column / (1 << l), row / (1 << l));
            (vx, vy) = l == from.Levels.Length - 1 ? (0, 0) : (2 * vx, 2 * vy);
            if (!Template(from.Levels[l], px, py, scratch))
            {
                return null;
            }

            var (a, b, c) = Gradients(from.Levels[l], px, py, scratch);
            var determinant = (a * c) - (b * b);
            var eigenvalue = (a + c - MathF.Sqrt(((a - c) * (a - c)) + (4 * b * b))) / (2 * side * side);
            if (eigenvalue < LeastEigenvalue || determinant < float.Epsilon)
            {
                if (l == 0)
                {
                    return null;
                }

                continue;
            }

            for (var k = 0; k < iterations; k++)
            {
                if (!Mismatch(to.Levels[l], px + vx, py + vy, scratch, out var bx, out var by))
                {
                    return null;
                }

                var (dx, dy) = (((c * bx) - (b * by)) / determinant, ((a * by) - (b * bx)) / determinant);
                (vx, vy) = (vx + dx, vy + dy);
                if ((dx * dx) + (dy * dy) < precision * precision)
                {
                    break;
                }
            }
        }

        var (x, y) = (column + vx, row + vy);
        var inside = x >= 0 && y >= 0 && x <= from.Levels[0].Width - 1 && y <= from.Levels[0].Height - 1;
        return inside ? (vx, vy) : null;
    }

    // The window's first pixel in the padded level, its bilinear weights, or false where it does not fit.
    private static bool Place(TrackingImage.Level level, float x, float y, int size, out int at, out Vector4 weights)
    {
        var (left, top) = (x - ((size - 1) / 2f) + level.Margin, y - ((size - 1) / 2f) + level.Margin);
        (at, weights) = (0, default);
        if (!(left >= 0 && top >= 0 && left < level.Stride - size - 1
            && top < level.Height + (2 * level.Margin) - size - 1))
        {
            return false;
        }

        var (column, row) = ((int)left, (int)top);
        var (fx, fy) = (left - column, top - row);
        at = (row * level.Stride) + column;
        weights = new((1 - fx) * (1 - fy), fx * (1 - fy), (1 - fx) * fy, fx * fy);
        return true;
    }

    private bool Template(TrackingImage.Level level, float x, float y, Scratch scratch)
    {
        var size = side + 2;
        if (!Place(level, x, y, size, out var at, out var w))
        {
            return false;
        }

        var (rim, v, stride) = (scratch.Rim, level.Values, level.Stride);
        for (var r = 0; r < size; r++)
        {
            var (up, down, o) = (at + (r * stride), at + ((r + 1) * stride), r * size);
            for (var c = 0; c < size; c++)
            {
                rim[o + c] = (w.X * v[up + c]) + (w.Y * v[up + c + 1]) + (w.Z * v[down + c]) + (w.W * v[down + c + 1]);
            }
        }

        return true;
    }

    // The first pixel of the window, to the nearest whole one.
    private int Nearest(float centre) => (int)MathF.Floor(centre - ((side - 1) / 2f) + 0.5f);

    // Scharr's derivative, 3 10 3, scaled to grey values per pixel; fills template and gradients, returns G.
    private (float A, float B, float C) Gradients(TrackingImage.Level level, float px, float py, Scratch scratch)
    {
        var (left, top) = (Nearest(px) + level.Margin, Nearest(py) + level.Margin);
        var (rim, size) = (scratch.Rim, side + 2);
        var (a, b, c) = (0.0, 0.0, 0.0);
        for (var r = 0; r < side; r++)
        {
            var (ra, rb, rc) = (0f, 0f, 0f);
            var reliable = level.Reliable.AsSpan(((top + r) * level.Stride) + left, side);
            for (var i = 0; i < side; i++)
            {
                var o = ((r + 1) * size) + i + 1;
                var (up, down) = (o - size, o + size);
                var x = ((3 * (rim[up + 1] - rim[up - 1] + rim[down + 1] - rim[down - 1])) + (10 * (rim[o + 1] - rim[o - 1]))) / 32;
                var y = ((3 * (rim[down - 1] - rim[up - 1] + rim[down + 1] - rim[up + 1])) + (10 * (rim[down] - rim[up]))) / 32;
                (x, y) = (x * reliable[i], y * reliable[i]);
                var t = (r * side) + i;
                (scratch.Template[t], scratch.X[t], scratch.Y[t]) = (rim[o], x, y);
                (ra, rb, rc) = (ra + (x * x), rb + (x * y), rc + (y * y));
            }

            (a, b, c) = (a + ra, b + rb, c + rc);
        }

        return ((float)a, (float)b, (float)c);
    }

    private bool Mismatch(TrackingImage.Level level, float x, float y, Scratch scratch, out float bx, out float by)
    {
        (bx, by) = (0, 0);
        if (!Place(level, x, y, side, out var at, out var w))
        {
            return false;
        }

        ref var v = ref MemoryMarshal.GetArrayDataReference(level.Values);
        ref var known = ref MemoryMarshal.GetArrayDataReference(level.Reliable);
        var nearest = ((Nearest(y) + level.Margin) * level.Stride) + Nearest(x) + level.Margin;
        ref var template = ref MemoryMarshal.GetArrayDataReference(scratch.Template);
        ref var gx = ref MemoryMarshal.GetArrayDataReference(scratch.X);
        ref var gy = ref MemoryMarshal.GetArrayDataReference(scratch.Y);
        var (w00, w01, w10, w11) = (new Vector<float>(w.X), new Vector<float>(w.Y), new Vector<float>(w.Z), new Vector<float>(w.W));
        var (sx, sy) = (Vector<float>.Zero, Vector<float>.Zero);
        for (var r = 0; r < side; r++)
        {
            var (up, down, t) = (at + (r * level.Stride), at + ((r + 1) * level.Stride), r * side);
            for (var c = 0; c < side; c += Vector<float>.Count)
            {
                var j = (w00 * Vector.LoadUnsafe(ref v, (nuint)(up + c))) + (w01 * Vector.LoadUnsafe(ref v, (nuint)(up + c + 1)))
                    + (w10 * Vector.LoadUnsafe(ref v, (nuint)(down + c))) + (w11 * Vector.LoadUnsafe(ref v, (nuint)(down + c + 1)));
                var difference = (Vector.LoadUnsafe(ref template, (nuint)(t + c)) - j)
                    * Vector.LoadUnsafe(ref known, (nuint)(nearest + (r * level.Stride) + c));
                sx += difference * Vector.LoadUnsafe(ref gx, (nuint)(t + c));
                sy += difference * Vector.LoadUnsafe(ref gy, (nuint)(t + c));
            }
        }

        (bx, by) = (Vector.Sum(sx), Vector.Sum(sy));
        return true;
    }
}
