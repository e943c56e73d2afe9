using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>
/// Stochastic depth (1603.09382): drops a residual branch for some pictures of a batch, in training only.
/// </summary>
public static class StochasticDepth
{
    /// <summary>The factor of each picture's branch.</summary>
    /// <param name="uniform">[N, 1, 1, 1], uniform in [0, 1).</param>
    /// <param name="rate">Probability of dropping, [0, 1).</param>
    /// <param name="rescale">True divides survivors by 1 - rate (timm); DeepMind does not.</param>
    /// <returns>Shape of <paramref name="uniform"/>: 0 where dropped. The caller disposes it.</returns>
    public static Tensor Mask(Tensor uniform, double rate, bool rescale)
    {
        using var scope = NewDisposeScope();
        var keep = uniform.Plus(1 - rate).floor();
        using Scalar survivors = 1 - rate;
        return (rescale ? keep.div(survivors) : keep).MoveToOuterDisposeScope();
    }

    /// <summary>Draws the factor of each picture's branch from torch's generator of the device.</summary>
    /// <param name="like">[N, ...]: gives batch size, dtype and device.</param>
    /// <param name="rate">Probability of dropping, [0, 1).</param>
    /// <param name="rescale">True divides survivors by 1 - rate.</param>
    /// <returns>[N, 1, 1, 1]. The caller disposes it.</returns>
    public static Tensor Draw(Tensor like, double rate, bool rescale)
    {
        using var uniform = rand(like.shape[0], 1, 1, 1, dtype: like.dtype, device: like.device);
        return Mask(uniform, rate, rescale);
    }
}
