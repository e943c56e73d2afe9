using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>The mean over pixels of a channels-last map.</summary>
internal static class PixelMean
{
    /// <summary>[N, C, H, W] to [N, C, 1, 1].</summary>
    public static Tensor Of(Tensor x)
    {
        using var byPixel = x.permute(0, 2, 3, 1);
        using var rows = byPixel.flatten(1, 2);
        using var mean = rows.mean([1]);
        return mean.unsqueeze(-1).unsqueeze(-1);
    }
}
