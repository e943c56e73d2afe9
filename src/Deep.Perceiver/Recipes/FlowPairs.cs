using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

// N pairs, H x W pixels

/// <summary>Pairs of frames with the flow between them.</summary>
/// <param name="First">[N, 3, H, W] of float from −1 to 1, red, green and blue.</param>
/// <param name="Second">[N, 3, H, W], the later frames.</param>
/// <param name="Flow">[N, H, W, 2] of float: where each pixel of the first is in the second, in pixels to the right and down.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record FlowPairs(Tensor First, Tensor Second, Tensor Flow) : ISliceableBatch<FlowPairs>, IDisposable
{
    /// <summary>N.</summary>
    public long Count => First.shape[0];

    /// <inheritdoc/>
    public FlowPairs Slice(long first, long count) =>
        new(First.narrow(0, first, count), Second.narrow(0, first, count), Flow.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        First.Dispose();
        Second.Dispose();
        Flow.Dispose();
    }
}
