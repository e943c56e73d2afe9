using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N clouds, M points

/// <summary>Point clouds with their labels.</summary>
/// <param name="Points">[N, M, 3] of float: x, y and z in [−1, 1].</param>
/// <param name="Labels">[N] of int64.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record LabelledPoints(Tensor Points, Tensor Labels) : ISliceableBatch<LabelledPoints>, IDisposable
{
    /// <summary>N.</summary>
    public long Count => Points.shape[0];

    /// <inheritdoc/>
    public LabelledPoints Slice(long first, long count) => new(Points.narrow(0, first, count), Labels.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        Points.Dispose();
        Labels.Dispose();
    }
}
