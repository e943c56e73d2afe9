using Deep.Media;

namespace Deep.Perceivers;

/// <summary>Where each pixel of a picture goes in the next one: u to the right and v down, in pixels.</summary>
/// <remarks>
/// Immutable and plain managed memory, safe to share between threads. A pixel whose flow is not known, as in the files
/// of the Middlebury benchmark, has a value above 10⁹ or none that is finite.
/// </remarks>
public sealed partial class FlowField
{
    private const float Unknown = 1e9f;
    private readonly float[] u;
    private readonly float[] v;

    /// <summary>A field over two arrays, which it keeps: they must not be changed afterwards.</summary>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    /// <param name="u">H x W values, rows from the top: pixels to the right.</param>
    /// <param name="v">H x W values: pixels down.</param>
    /// <exception cref="ShapeException">A side is less than 1 or an array has another length.</exception>
    public FlowField(int width, int height, float[] u, float[] v)
    {
        ArgumentNullException.ThrowIfNull(u);
        ArgumentNullException.ThrowIfNull(v);
        if (width < 1 || height < 1 || (long)width * height != u.Length || u.Length != v.Length)
        {
            throw new ShapeException(
                $"A flow field of {width} x {height} pixels needs sides of at least 1 and width x height values in "
                + $"each direction, but came with {u.Length} and {v.Length}.");
        }

        (Width, Height, this.u, this.v) = (width, height, u, v);
    }

    /// <summary>W, pixels in a row.</summary>
    public int Width { get; }

    /// <summary>H, rows.</summary>
    public int Height { get; }

    /// <summary>H x W values, rows from the top: pixels to the right.</summary>
    public ReadOnlySpan<float> U => u;

    /// <summary>H x W values, rows from the top: pixels down.</summary>
    public ReadOnlySpan<float> V => v;

    /// <summary>The flow of a pixel.</summary>
    /// <param name="x">Column, from 0.</param>
    /// <param name="y">Row, from 0.</param>
    public (float U, float V) this[int x, int y]
    {
        get
        {
            var pixel = PixelAt(x, y);
            return (u[pixel], v[pixel]);
        }
    }

    /// <summary>A field that a formula gives.</summary>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    /// <param name="flow">The flow at column x and row y.</param>
    public static FlowField Of(int width, int height, Func<int, int, (double U, double V)> flow)
    {
        ArgumentNullException.ThrowIfNull(flow);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        var (u, v) = (new float[width * height], new float[width * height]);
        for (var pixel = 0; pixel < u.Length; pixel++)
        {
            var (right, down) = flow(pixel % width, pixel / width);
            (u[pixel], v[pixel]) = ((float)right, (float)down);
        }

        return new FlowField(width, height, u, v);
    }

    /// <summary>Whether a pixel's flow is known.</summary>
    /// <param name="x">Column, from 0.</param>
    /// <param name="y">Row, from 0.</param>
    public bool IsKnown(int x, int y) => IsKnown(PixelAt(x, y));

    /// <summary>The mean distance between this field's ends and another's, in pixels: the end-point error, EPE.</summary>
    /// <param name="truth">The true field; pixels that are unknown in either are left out.</param>
    /// <returns>At least 0; NaN where no pixel is known.</returns>
    /// <exception cref="ShapeException">The other field has another size.</exception>
    public double EndPointError(FlowField truth)
    {
        ArgumentNullException.ThrowIfNull(truth);
        if (truth.Width != Width || truth.Height != Height)
        {
            throw new ShapeException(
                $"The end-point error needs two fields of one size, but one is {Width} x {Height} "
                + $"and the other {truth.Width} x {truth.Height}.");
        }

        var (sum, count) = (0.0, 0);
        for (var pixel = 0; pixel < u.Length; pixel++)
        {
            if (IsKnown(pixel) && truth.IsKnown(pixel))
            {
                sum += double.Hypot(u[pixel] - truth.u[pixel], v[pixel] - truth.v[pixel]);
                count++;
            }
        }

        return sum / count;
    }

    /// <summary>
    /// The next picture pulled back along the flow: where the flow is right, it looks like the picture it starts from.
    /// </summary>
    /// <param name="next">The later picture, of the field's size.</param>
    /// <returns>Each pixel taken bilinearly from where it went; black where that is outside or unknown.</returns>
    /// <exception cref="ShapeException">The picture has another size.</exception>
    public Picture Warp(Picture next)
    {
        ArgumentNullException.ThrowIfNull(next);
        if (next.Width != Width || next.Height != Height)
        {
            throw new ShapeException(
                $"A flow field of {Width} x {Height} pixels warps pictures of that size, "
                + $"but this one has {next.Width} x {next.Height}.");
        }

        var rgb = new byte[3 * u.Length];
        for (var pixel = 0; pixel < u.Length; pixel++)
        {
            var (x, y) = ((pixel % Width) + (double)u[pixel], (pixel / Width) + (double)v[pixel]);
            if (IsKnown(pixel) && x >= 0 && y >= 0 && x <= Width - 1 && y <= Height - 1)
            {
                Sample(next.Pixels, x, y, rgb.AsSpan(3 * pixel, 3));
            }
        }

        return new Picture(Width, Height, rgb);
    }

    private int PixelAt(int x, int y)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)x, (uint)Width, nameof(x));
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)y, (uint)Height, nameof(y));
        return (y * Width) + x;
    }

    private bool IsKnown(int pixel) => Math.Abs(u[pixel]) <= Unknown && Math.Abs(v[pixel]) <= Unknown;

    private void Sample(ReadOnlySpan<byte> pixels, double x, double y, Span<byte> colour)
    {
        var (left, top) = (Math.Min((int)x, Width - 1), Math.Min((int)y, Height - 1));
        var (right, bottom) = (Math.Min(left + 1, Width - 1), Math.Min(top + 1, Height - 1));
        var (fx, fy) = (x - left, y - top);
        for (var c = 0; c < 3; c++)
        {
            var above = double.Lerp(At(pixels, left, top, c), At(pixels, right, top, c), fx);
            var below = double.Lerp(At(pixels, left, bottom, c), At(pixels, right, bottom, c), fx);
            colour[c] = (byte)Math.Round(double.Lerp(above, below, fy));
        }
    }

    private byte At(ReadOnlySpan<byte> pixels, int x, int y, int c) => pixels[(3 * ((y * Width) + x)) + c];
}
