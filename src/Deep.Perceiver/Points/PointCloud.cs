using System.Numerics;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// M points

/// <summary>Points in space, without order or connection.</summary>
/// <remarks>Immutable and plain managed memory, safe to share between threads.</remarks>
public sealed class PointCloud
{
    private readonly Vector3[] points;

    /// <summary>A cloud.</summary>
    /// <param name="points">M points, at least one. Copied.</param>
    /// <exception cref="ShapeException">There is no point, or one is not finite.</exception>
    public PointCloud(params IReadOnlyList<Vector3> points)
    {
        ArgumentNullException.ThrowIfNull(points);
        if (points.Count == 0)
        {
            throw new ShapeException("A point cloud needs at least one point, but is empty.");
        }

        if (points.Any(p => !(float.IsFinite(p.X) && float.IsFinite(p.Y) && float.IsFinite(p.Z))))
        {
            throw new ShapeException("The points of a cloud are finite numbers, but one is not.");
        }

        this.points = [.. points];
    }

    /// <summary>The M points.</summary>
    public ReadOnlySpan<Vector3> Points => points;

    /// <summary>M.</summary>
    public int Count => points.Length;

    /// <summary>
    /// The cloud moved to a mean of zero and scaled into the cube from -1 to 1: what the paper's model sees (Perceiver,
    /// section 4.3).
    /// </summary>
    /// <returns>A cloud with a largest coordinate of 1; all zeros where the points are one.</returns>
    public PointCloud Normalise()
    {
        double x = 0, y = 0, z = 0;
        foreach (var point in points)
        {
            (x, y, z) = (x + point.X, y + point.Y, z + point.Z);
        }

        (x, y, z) = (x / Count, y / Count, z / Count);
        var extent = points.Max(p => Math.Max(Math.Abs(p.X - x), Math.Max(Math.Abs(p.Y - y), Math.Abs(p.Z - z))));
        var scale = extent > 0 ? 1 / extent : 0;
        return new PointCloud(
            [.. points.Select(p => new Vector3(Scaled(p.X - x), Scaled(p.Y - y), Scaled(p.Z - z)))]);

        float Scaled(double value) => (float)(value * scale);
    }

    /// <summary>
    /// The paper's augmentation: each point moved to a mean of zero, scaled by its own factor, then normalised.
    /// </summary>
    /// <param name="seed">Where the factors come from.</param>
    /// <param name="spread">Factors are 1 - spread to 1 + spread; 0 to less than 1. The paper's: 0.01.</param>
    /// <exception cref="ConfigurationException"><paramref name="spread"/> is out of its range.</exception>
    public PointCloud Augment(long seed, double spread = 0.01)
    {
        if (spread is not (>= 0 and < 1))
        {
            throw new ConfigurationException(nameof(spread), "0 to less than 1", spread);
        }

        var random = new CounterRandom(seed);
        var centred = Normalise();
        return new PointCloud([.. centred.points.Select((point, i) =>
            point * (float)(1 + (spread * ((2 * random.Unit(i)) - 1))))]).Normalise();
    }

    /// <summary>The cloud turned about the vertical axis, y.</summary>
    /// <param name="radians">The angle.</param>
    public PointCloud TurnAboutVertical(double radians)
    {
        var turn = Matrix4x4.CreateRotationY((float)radians);
        return new PointCloud([.. points.Select(point => Vector3.Transform(point, turn))]);
    }

    /// <summary>So many of the points: a random choice, or repeated ones where there are too few.</summary>
    /// <param name="count">How many, at least 1.</param>
    /// <param name="seed">Where the choices come from.</param>
    /// <returns>A cloud of that many points; this same cloud where it has as many.</returns>
    public PointCloud Take(int count, long seed = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        if (count == Count)
        {
            return this;
        }

        // Fisher and Yates' shuffle, as far as it is needed; then round again.
        var shuffled = points.ToArray();
        var random = new CounterRandom(seed);
        for (var i = 0; i < Math.Min(count, Count); i++)
        {
            var other = i + (int)(random.Unit(i) * (Count - i));
            (shuffled[i], shuffled[other]) = (shuffled[other], shuffled[i]);
        }

        return new PointCloud([.. Enumerable.Range(0, count).Select(i => shuffled[i % Count])]);
    }

    /// <summary>The points as a model takes them.</summary>
    /// <param name="device">Where they lie; null: the CPU.</param>
    /// <returns>[M, 3], float32: x, y and z. The caller disposes it.</returns>
    public Tensor ToTensor(Device? device = null) =>
        tensor(points.SelectMany(p => new[] { p.X, p.Y, p.Z }).ToArray(), [Count, 3], device: device);
}
