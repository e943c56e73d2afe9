using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// I input and O output features

/// <summary>A fully connected layer for inference: weights frozen and packed once, the activation fused into it.</summary>
/// <remarks>
/// On the CPU it runs oneDNN's packed product; elsewhere, and where that is not there, the plain operators. No autograd. Safe to call from
/// many threads. Dispose it to free the weights.
/// </remarks>
public sealed class PackedLinear : IDisposable
{
    private readonly Tensor weight;
    private readonly Tensor bias;
    private readonly bool fuses;
    private bool disposed;

    /// <summary>Copies and freezes the weights.</summary>
    /// <param name="weight">[O, I], float; its device is where the layer runs.</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="activation">Applied to the result. Default none.</param>
    /// <param name="precision">The dtype of weights, inputs and results. Default 32-bit float.</param>
    /// <exception cref="ShapeException">The weights or the bias do not have that shape.</exception>
    public PackedLinear(
        Tensor weight, Tensor? bias = null, FusedActivation activation = FusedActivation.None, Precision precision = Precision.Float32)
        : this(weight, bias, activation, precision, mayFuse: true)
    {
    }

    internal PackedLinear(Tensor weight, Tensor? bias, FusedActivation activation, Precision precision, bool mayFuse)
    {
        var sizes = Shapes.RequireRank(weight, 2, "[O, I]");
        if (bias is not null)
        {
            Shapes.Require(bias, [sizes[0]], "[O]");
        }

        (Outputs, Inputs, Activation, Precision) = ((int)sizes[0], (int)sizes[1], activation, precision);
        var type = precision.ToScalarType();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var archive = mayFuse && weight.device_type == DeviceType.CPU && Precisions.IsNative(precision, weight.device) ? OperatorArchive.Instance : null;
        fuses = archive is not null;
        var dense = weight.detach().to(type, copy: true).contiguous();
        this.weight = (archive is not null && MayPack(sizes[0], precision) ? archive.PackLinear(dense) : dense).DetachFromDisposeScope();
        this.bias = (bias?.detach().to(type, copy: true) ?? zeros(sizes[0], type, weight.device)).DetachFromDisposeScope();
    }

    /// <summary>Input features, I.</summary>
    public int Inputs { get; }

    /// <summary>Output features, O.</summary>
    public int Outputs { get; }

    /// <summary>Applied to the result.</summary>
    public FusedActivation Activation { get; }

    /// <summary>The dtype of weights, inputs and results.</summary>
    public Precision Precision { get; }

    /// <summary>activation(x * weight' + bias).</summary>
    /// <param name="x">[..., I] in <see cref="Precision"/>, on the weights' device.</param>
    /// <returns>[..., O]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a tensor.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public Tensor Forward(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        ObjectDisposedException.ThrowIf(disposed, this);
        var sizes = x.shape;
        if (sizes.Length == 0 || sizes[^1] != Inputs || x.dtype != Precision.ToScalarType())
        {
            throw new ShapeException($"x must be [..., {Inputs}] {Precision.ToScalarType()}, but is {Shapes.Format(sizes)} {x.dtype}.");
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var rows = x.reshape(-1, Inputs);
        var output = fuses && rows.size(0) > 0
            ? OneDnn.HasLinear ? OneDnn.Linear(rows, weight, bias, Activation) : OperatorArchive.Instance!.Linear(rows.contiguous(), weight, bias, Activation)
            : ResidualJoin.Apply(Activation, fuses ? zeros(0, Outputs, x.dtype) : nn.functional.linear(rows, weight, bias));
        return output.reshape([.. sizes[..^1], Outputs]).MoveToOuterDisposeScope();
    }

    /// <summary>other + x * weight' + bias: a residual branch's last layer and the sum in one pass.</summary>
    /// <param name="x">[..., I] in <see cref="Precision"/>, on the weights' device.</param>
    /// <param name="other">[..., O] in <see cref="Precision"/>; not changed.</param>
    /// <returns>[..., O]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A tensor is not of that shape.</exception>
    /// <exception cref="InvalidOperationException">The layer has an activation, which would have to stand before the sum.</exception>
    /// <exception cref="ObjectDisposedException">The layer is disposed.</exception>
    public Tensor ForwardPlus(Tensor x, Tensor other)
    {
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(other);
        if (Activation != FusedActivation.None)
        {
            throw new InvalidOperationException($"A layer with {Activation} cannot add to a sum.");
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var sizes = x.shape;
        Shapes.Require(other, [.. sizes[..Math.Max(0, sizes.Length - 1)], Outputs]);
        if (disposed || !fuses || !OneDnn.HasLinear || sizes[^1] != Inputs || x.dtype != Precision.ToScalarType() || other.dtype != x.dtype || x.numel() == 0)
        {
            return Forward(x).PlusInPlace(other).MoveToOuterDisposeScope();
        }

        var sum = OneDnn.LinearPlus(x.reshape(-1, Inputs), other.reshape(-1, Outputs).contiguous(), weight, bias);
        return sum.reshape([.. sizes[..^1], Outputs]).MoveToOuterDisposeScope();
    }

    // libtorch 2.10's packed product of oneDNN in 32-bit floats gives wrong numbers for other counts (37, 72, 322) on processors with AVX-512. With
    // weights as they are it packs them at each call, which costs little beside many rows.
    private static bool MayPack(long outputs, Precision precision) => precision != Precision.Float32 || outputs % 64 == 0;

    /// <inheritdoc/>
    public void Dispose()
    {
        disposed = true;
        weight.Dispose();
        bias.Dispose();
    }
}
