using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// N batch, C channels, H x W pixels

/// <summary>A batch norm with frozen averages and the ReLU after it, which stand before a convolution and so fold into nothing.</summary>
internal sealed class FrozenActivation : IDisposable
{
    private readonly Tensor scale;
    private readonly Tensor shift;

    public FrozenActivation(BatchNorm norm)
    {
        using var scope = NewDisposeScope();
        var (factor, summand) = Fold.Norm(norm);
        scale = factor.to(ScalarType.Float32).reshape(1, -1, 1, 1).DetachFromDisposeScope();
        shift = summand.to(ScalarType.Float32).reshape(1, -1, 1, 1).DetachFromDisposeScope();
    }

    /// <summary>relu(scale x + shift).</summary>
    /// <param name="x">[N, C, H, W], channels-last.</param>
    /// <returns>The same. The caller disposes it.</returns>
    public Tensor Apply(Tensor x)
    {
        using var scope = NewDisposeScope();
        using Scalar one = 1;
        return addcmul(shift, x, scale, one).relu_().to_type(x.dtype).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        scale.Dispose();
        shift.Dispose();
    }
}
