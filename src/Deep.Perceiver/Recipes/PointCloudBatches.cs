using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N clouds, M points

/// <summary>Training batches of points that are sampled anew from the surfaces of meshes, one mesh for each class.</summary>
/// <remarks>
/// Each cloud is sampled evenly over its surface, turned about the vertical by a random angle, each point scaled by its
/// own factor, and normalised (Perceiver, section 4.3). An epoch is one cloud of each mesh. What a cloud is depends on
/// seed and place alone. Safe for many readers.
/// </remarks>
public sealed class PointCloudBatches : IBatchSource<LabelledPoints>
{
    private readonly IReadOnlyList<TriangleMesh> _meshes;
    private readonly PointCloudOptions _options;

    /// <summary>The batches of some meshes.</summary>
    /// <param name="meshes">A surface for each class, one or more.</param>
    /// <param name="options">How clouds are made.</param>
    /// <exception cref="ConfigurationException">There is no mesh, or an option is out of its range.</exception>
    /// <exception cref="ShapeException">A surface has no area.</exception>
    public PointCloudBatches(IReadOnlyList<TriangleMesh> meshes, PointCloudOptions options)
    {
        ArgumentNullException.ThrowIfNull(meshes);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (meshes.Count == 0)
        {
            throw new ConfigurationException("meshes", "one or more", "none");
        }

        foreach (var mesh in meshes)
        {
            mesh.Sample(1);
        }

        (_meshes, _options) = ([.. meshes], options);
    }

    /// <inheritdoc/>
    public long StepsPerEpoch => (_meshes.Count + _options.BatchSize - 1) / _options.BatchSize;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">The batch cannot be read in this number of parts.</exception>
    public LabelledPoints Read(long stepNumber, int part, int parts)
    {
        var (first, count) = BatchParts.Items(_options.BatchSize, stepNumber, part, parts);
        return Read(first, count);
    }

    /// <summary>Some clouds of the stream.</summary>
    /// <param name="first">The number of the first, from 0.</param>
    /// <param name="count">Their number, 1 or more.</param>
    /// <returns>A new batch; the caller disposes it.</returns>
    public LabelledPoints Read(long first, int count)
    {
        var (points, labels) = (new float[count * _options.Points * 3], new long[count]);
        for (var i = 0; i < count; i++)
        {
            var (cloud, label) = Cloud(first + i);
            labels[i] = label;
            var target = points.AsSpan(i * _options.Points * 3);
            for (var p = 0; p < _options.Points; p++)
            {
                cloud.Points[p].CopyTo(target[(3 * p)..]);
            }
        }

        var device = _options.Device ?? CPU;
        return new LabelledPoints(
            tensor(points, [count, _options.Points, 3], ScalarType.Float32, device), tensor(labels, ScalarType.Int64, device));
    }

    /// <summary>One cloud of the stream.</summary>
    /// <param name="number">Its number, from 0.</param>
    /// <returns>The cloud, and the number of its mesh.</returns>
    public (PointCloud Cloud, int Label) Cloud(long number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        var (epoch, place) = Math.DivRem(number, _meshes.Count);
        var label = DataOrder.Of(_meshes.Count, _options.Seed, epoch)[place];
        var random = new RandomState(_options.Seed, (ulong)number);
        var cloud = _meshes[label].Sample(_options.Points, (long)random.NextUInt64());
        if (_options.TurnsAboutVertical)
        {
            cloud = cloud.TurnAboutVertical(2 * Math.PI * random.NextDouble());
        }

        return (cloud.Augment((long)random.NextUInt64(), _options.Spread), label);
    }
}
