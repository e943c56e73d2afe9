using static TorchSharp.torch;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>Mixed pictures with both labels and the share of the first.</summary>
/// <param name="Pictures">[N, C, H, W] of float.</param>
/// <param name="Labels">[N] of int64, the labels of the first picture of each pair.</param>
/// <param name="MixLabels">[N] of int64, the labels of the second.</param>
/// <param name="Ratio">[N] of float, the share of the first, 0 to 1.</param>
/// <remarks>Dispose it to dispose the four tensors.</remarks>
public sealed record MixedPictures(Tensor Pictures, Tensor Labels, Tensor MixLabels, Tensor Ratio) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose()
    {
        Pictures.Dispose();
        Labels.Dispose();
        MixLabels.Dispose();
        Ratio.Dispose();
    }
}
