using System.Collections.Concurrent;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// N batch, I input and O output channels, G groups, k kernel side, H x W pixels

/// <summary>A convolution for inference: weights frozen and packed once, channels-last, the activation fused into it.</summary>
/// <remarks>
/// On the CPU it runs oneDNN's packed convolution, two to three times as fast as <c>conv2d</c> and an activation after it;
/// elsewhere, and where that is not there, the plain operators. Weights are packed at the first call with a new input shape,
/// for which the best of a few layouts is kept. No autograd. Safe to call from many threads. Dispose it to free the weights.
/// </remarks>
public sealed class PackedConvolution : IDisposable
{
    // Layouts differ by how many pixels fit a block: two or three per layer in practice. More input shapes than this are not remembered.
    private const int RememberedShapes = 256;
    private readonly Lock packing = new();
    private readonly List<(byte[] Layout, Tensor Weight)> layouts = [];
    private readonly ConcurrentDictionary<(long N, long H, long W), Tensor> packedByShape = new();
    private readonly bool fuses;
    private readonly Tensor? bias;
    private Tensor? plainWeight;
    private bool disposed;

    /// <summary>Copies and freezes the weights.</summary>
    /// <param name="weight">[O, I / G, k, k], float; its device is where the convolution runs.</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="geometry">How the kernel moves; null: stride 1, no padding.</param>
    /// <param name="activation">Applied to the result. Default none.</param>
    /// <param name="precision">The dtype of weights, inputs and results. Default 32-bit float.</param>
    /// <exception cref="ShapeException">The weights are not such a filter bank.</exception>
    /// <exception cref="ConfigurationException">A number of the geometry is out of range.</exception>
    public PackedConvolution(
        Tensor weight,
        Tensor? bias = null,
        ConvolutionGeometry? geometry = null,
        FusedActivation activation = FusedActivation.None,
        Precision precision = Precision.Float32)
        : this(weight, bias, geometry, activation, precision, mayFuse: true)
    {
    }

    private PackedConvolution(
        Tensor weight, Tensor? bias, ConvolutionGeometry? geometry, FusedActivation activation, Precision precision, bool mayFuse)
    {
        Geometry = geometry ?? new ConvolutionGeometry();
        Geometry.Validate();
        var sizes = Shapes.RequireRank(weight, 4, "[O, I / G, k, k]");
        if (sizes[0] % Geometry.Groups != 0 || sizes.Any(size => size < 1))
        {
            throw new ShapeException($"A filter bank {Shapes.Format(sizes)} makes no convolution of {Geometry.Groups} groups.");
        }

        if (bias is not null)
        {
            Shapes.Require(bias, [sizes[0]], "[O]");
        }

        (OutputChannels, InputChannels, Activation, Precision) = ((int)sizes[0], (int)sizes[1] * Geometry.Groups, activation, precision);
        (KernelHeight, KernelWidth) = ((int)sizes[2], (int)sizes[3]);
        fuses = mayFuse && weight.device_type == DeviceType.CPU && Precisions.IsNative(precision, weight.device) && OneDnn.IsAvailable
            && MayPack(sizes, precision);
        var type = precision.ToScalarType();
        using var frozen = no_grad();
        using var scope = NewDisposeScope();

        // A copy even where dtype and strides fit already: later changes of the given weights must not reach in here.
        plainWeight = Outlive(ChannelsLast.Of(weight.detach().to(type, copy: true)));
        this.bias = bias is null ? null : Outlive(bias.detach().to(type, copy: true).contiguous());
    }

    /// <summary>The same convolution by plain operators only: the reference that the fast one is tested against.</summary>
    /// <param name="weight">[O, I / G, k, k].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="geometry">How the kernel moves; null: stride 1, no padding.</param>
    /// <param name="activation">Applied to the result. Default none.</param>
    /// <param name="precision">The dtype of weights, inputs and results. Default 32-bit float.</param>
    /// <returns>The convolution. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The weights are not such a filter bank.</exception>
    /// <exception cref="ConfigurationException">A number of the geometry is out of range.</exception>
    public static PackedConvolution Plain(
        Tensor weight,
        Tensor? bias = null,
        ConvolutionGeometry? geometry = null,
        FusedActivation activation = FusedActivation.None,
        Precision precision = Precision.Float32) => new(weight, bias, geometry, activation, precision, mayFuse: false);

    /// <summary>How the kernel moves.</summary>
    public ConvolutionGeometry Geometry { get; }

    /// <summary>Input channels, I.</summary>
    public int InputChannels { get; }

    /// <summary>Output channels, O.</summary>
    public int OutputChannels { get; }

    /// <summary>Rows of the kernel.</summary>
    public int KernelHeight { get; }

    /// <summary>Columns of the kernel.</summary>
    public int KernelWidth { get; }

    /// <summary>Applied to the result.</summary>
    public FusedActivation Activation { get; }

    /// <summary>The dtype of weights, inputs and results.</summary>
    public Precision Precision { get; }

    /// <summary>activation(convolution(x) + bias).</summary>
    /// <param name="x">[N, I, H, W] in <see cref="Precision"/>, on the weights' device; channels-last is taken as it is.</param>
    /// <returns>[N, O, H', W'], channels-last. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch, or is smaller than the kernel.</exception>
    /// <exception cref="ObjectDisposedException">The convolution is disposed.</exception>
    public Tensor Forward(Tensor x)
    {
        var (sizes, down, across) = Check(x);
        if (fuses && down.Before == down.After && across.Before == across.After && ChannelsLast.HasStrides(x, sizes))
        {
            // The common case: nothing to prepare, nothing to clean up.
            var sides = (down.Before, across.Before);
            return OneDnn.Convolve(x, PackedFor(sizes, sides), bias, Geometry, sides, Activation);
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (input, padding) = Prepare(x, down, across);
        return (fuses
            ? OneDnn.Convolve(input, PackedFor(input.shape, padding), bias, Geometry, padding, Activation)
            : ResidualJoin.Apply(Activation, Convolve(input, padding))).MoveToOuterDisposeScope();
    }

    /// <summary>sum += convolution(x) + bias, in place: the end of a residual branch.</summary>
    /// <param name="sum">[N, O, H', W'], in <see cref="Precision"/>; changed.</param>
    /// <param name="x">[N, I, H, W].</param>
    /// <exception cref="ShapeException">A tensor is not of that shape.</exception>
    /// <exception cref="InvalidOperationException">The convolution has an activation, which would have to stand before the sum.</exception>
    /// <exception cref="ObjectDisposedException">The convolution is disposed.</exception>
    public void AddTo(Tensor sum, Tensor x)
    {
        if (Activation != FusedActivation.None)
        {
            throw new InvalidOperationException($"A convolution with {Activation} cannot add to a sum.");
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (_, down, across) = Check(x);
        var (input, padding) = Prepare(x, down, across);
        Shapes.Require(sum, [input.shape[0], OutputChannels, Output(input.shape[2], KernelHeight, padding.Down), Output(input.shape[3], KernelWidth, padding.Across)]);
        if (fuses && sum.dtype == input.dtype && ChannelsLast.Is(sum))
        {
            OneDnn.ConvolveInto(sum, input, PackedFor(input.shape, padding), bias, Geometry, padding);
        }
        else
        {
            sum.PlusInPlace(Convolve(input, padding));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        lock (packing)
        {
            disposed = true;
            packedByShape.Clear();
            layouts.ForEach(layout => layout.Weight.Dispose());
            layouts.Clear();
            plainWeight?.Dispose();
            plainWeight = null;
            bias?.Dispose();
        }
    }

    private (long[] Sizes, (int Before, int After) Down, (int Before, int After) Across) Check(Tensor x)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var sizes = Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[N, I, H, W]");
        if (x.dtype != Precision.ToScalarType())
        {
            throw new ShapeException($"x must be {Precision.ToScalarType()}, the convolution's dtype, but is {x.dtype}.");
        }

        var (down, across) = (Geometry.PaddingOf(sizes[2], KernelHeight), Geometry.PaddingOf(sizes[3], KernelWidth));
        var rows = sizes[2] + down.Before + down.After;
        var columns = sizes[3] + across.Before + across.After;
        if (sizes[0] < 1 || rows < (Geometry.Dilation * (KernelHeight - 1)) + 1 || columns < (Geometry.Dilation * (KernelWidth - 1)) + 1)
        {
            throw new ShapeException($"x of {Shapes.Format(sizes)} is smaller than the kernel of {KernelHeight} x {KernelWidth}.");
        }

        return (sizes, down, across);
    }

    private static (Tensor Input, (int Down, int Across) Padding) Prepare(Tensor x, (int Before, int After) down, (int Before, int After) across)
    {
        // oneDNN's operator pads both sides alike: an odd pixel is added by a copy.
        var symmetric = down.Before == down.After && across.Before == across.After;
        var input = symmetric ? x : nn.functional.pad(x, (across.Before, across.After, down.Before, down.After));
        return (ChannelsLast.Of(input), symmetric ? (down.Before, across.Before) : (0, 0));
    }

    private long Output(long size, int kernel, int padding) =>
        ((size + (2 * padding) - (Geometry.Dilation * (kernel - 1)) - 1) / Geometry.Stride) + 1;

    private Tensor PackedFor(long[] sizes, (int Down, int Across) padding)
    {
        var key = (sizes[0], sizes[2], sizes[3]);
        return packedByShape.TryGetValue(key, out var packed) ? packed : Pack(key, sizes, padding);
    }

    private Tensor Pack((long N, long H, long W) key, long[] sizes, (int Down, int Across) padding)
    {
        lock (packing)
        {
            ObjectDisposedException.ThrowIf(disposed, this);
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            var dense = plainWeight ?? layouts[0].Weight.to_dense();
            var packed = OneDnn.Pack(dense, Geometry, padding, sizes);
            var layout = OneDnn.LayoutOf(packed);
            var known = layouts.FindIndex(other => other.Layout.AsSpan().SequenceEqual(layout));
            if (known < 0)
            {
                layouts.Add((layout, Outlive(packed)));
                known = layouts.Count - 1;
            }

            // From here the packed copy is the only one: it can be unpacked when another layout is wanted.
            plainWeight?.Dispose();
            plainWeight = null;
            if (packedByShape.Count >= RememberedShapes)
            {
                packedByShape.Clear();
            }

            return packedByShape[key] = layouts[known].Weight;
        }
    }

    // A kernel of one pixel is a product of pixels and channels: as a convolution it can be wrong in 32-bit floats too, packed or not (see MayPack).
    private Tensor Convolve(Tensor input, (int Down, int Across) padding)
    {
        if (KernelHeight * KernelWidth == 1 && Geometry.Groups == 1 && padding is (0, 0))
        {
            var seen = Geometry.Stride == 1 ? input : input.slice(2, 0, input.shape[2], Geometry.Stride).slice(3, 0, input.shape[3], Geometry.Stride);
            return nn.functional.linear(seen.permute(0, 2, 3, 1), plainWeight!.flatten(1), bias).permute(0, 3, 1, 2);
        }

        return nn.functional.conv2d(
            input, plainWeight!, bias, [Geometry.Stride, Geometry.Stride], [padding.Down, padding.Across], [Geometry.Dilation, Geometry.Dilation], Geometry.Groups);
    }

    // libtorch 2.10's 1 x 1 convolution of oneDNN in 32-bit floats gives wrong numbers for other counts (36 to 44, 68 to 80, 100 to 112, 136,
    // 168, 176, 200, 208, 264), as its packed product does (see PackedLinear).
    private static bool MayPack(long[] weight, Precision precision) =>
        precision != Precision.Float32 || weight[2] * weight[3] > 1 || weight[0] <= 32 || weight[0] % 32 == 0;

    // Weights outlive the scope of whoever makes or first calls the convolution.
    private static Tensor Outlive(Tensor tensor) => tensor.DetachFromDisposeScope();
}
