using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>
/// Normalised pictures with their labels, and with the labels of mixed-in partners where there are any.
/// </summary>
/// <param name="Pictures">[N, C, H, W] of float.</param>
/// <param name="Labels">[N] of int64.</param>
/// <param name="MixLabels">[N] of int64, or null where nothing was mixed.</param>
/// <param name="Ratio">[N] of float, the share of <paramref name="Labels"/>, or null.</param>
/// <remarks>Dispose it to dispose the tensors.</remarks>
public sealed record LabelledPictures(Tensor Pictures, Tensor Labels, Tensor? MixLabels = null, Tensor? Ratio = null)
    : ISliceableBatch<LabelledPictures>, IDisposable
{
    /// <summary>N.</summary>
    public long Count => Pictures.shape[0];

    /// <inheritdoc/>
    public LabelledPictures Slice(long first, long count) => new(
        Pictures.narrow(0, first, count), Labels.narrow(0, first, count), MixLabels?.narrow(0, first, count),
        Ratio?.narrow(0, first, count));

    /// <inheritdoc/>
    public void Dispose()
    {
        Pictures.Dispose();
        Labels.Dispose();
        MixLabels?.Dispose();
        Ratio?.Dispose();
    }
}
