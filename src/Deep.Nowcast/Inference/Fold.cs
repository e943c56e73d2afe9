using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>What training keeps separate, multiplied together once.</summary>
internal static class Fold
{
    /// <summary>The weight that a spectrally normalised convolution multiplies with, without a power iteration.</summary>
    public static Tensor Weight(SpectralConv conv)
    {
        using var scope = NewDisposeScope();
        var norm = conv.Norm;
        var original = norm.Original.detach();
        return original.div(original.flatten(1).mv(norm.V).dot(norm.U)).MoveToOuterDisposeScope();
    }

    /// <summary>A batch norm's running averages as a factor and a summand of each channel, in 64-bit floats.</summary>
    public static (Tensor Scale, Tensor Shift) Norm(BatchNorm norm)
    {
        using var scope = NewDisposeScope();
        var scale = norm.Weight.detach().to(ScalarType.Float64).div(norm.RunningVariance.to(ScalarType.Float64).Plus(norm.Epsilon).sqrt());
        var shift = norm.Bias.detach().to(ScalarType.Float64).sub(norm.RunningMean.to(ScalarType.Float64).mul(scale));
        return (scale.MoveToOuterDisposeScope(), shift.MoveToOuterDisposeScope());
    }

    /// <summary>A convolution that keeps the size, with what stands right after it.</summary>
    /// <param name="conv">The convolution.</param>
    /// <param name="precision">To compute in.</param>
    /// <param name="norm">The batch norm after it; null: none.</param>
    /// <param name="activation">Stands after that.</param>
    /// <returns>The frozen convolution. The caller disposes it.</returns>
    public static FrozenConvolution Convolution(
        SpectralConv conv, Precision precision, BatchNorm? norm = null, FusedActivation activation = FusedActivation.None)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = Parts(conv, norm);
        return Packed(weight, bias, precision, activation);
    }

    /// <summary>A convolution of the latent stack that keeps the size.</summary>
    public static FrozenConvolution Convolution(PlainConv conv, FusedActivation activation = FusedActivation.None) =>
        Packed(conv.Weight.detach(), conv.Bias?.detach(), Precision.Float32, activation);

    /// <summary>Weights and bias of a convolution with the batch norm after it.</summary>
    public static (Tensor Weight, Tensor Bias) Parts(SpectralConv conv, BatchNorm? norm)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (Weight(conv), conv.Bias.detach());
        if (norm is not null)
        {
            var (scale, shift) = Norm(norm);
            weight = weight.mul(scale.reshape(-1, 1, 1, 1)).to(ScalarType.Float32);
            bias = bias.mul(scale).Plus(shift).to(ScalarType.Float32);
        }

        return (weight.MoveToOuterDisposeScope(), bias.alias().MoveToOuterDisposeScope());
    }

    /// <summary>A frozen convolution that keeps the size.</summary>
    public static FrozenConvolution Packed(Tensor weight, Tensor? bias, Precision precision, FusedActivation activation = FusedActivation.None) =>
        new(weight, bias, precision, activation);
}
