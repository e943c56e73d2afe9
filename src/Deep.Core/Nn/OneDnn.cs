using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

/// <summary>oneDNN's convolutions with packed weights and fused activations, through libtorch's C interface.</summary>
/// <remarks>Sources of the attribute names: the table fusion_unary_attr_map in ATen/native/mkldnn/Utils.cpp of PyTorch 2.10.</remarks>
internal static unsafe class OneDnn
{
    private static readonly Lazy<bool> Probed = new(Probe);
    private static readonly Lazy<bool> LinearProbed = new(ProbeLinear);

    /// <summary>Whether the operators are there and compute what the plain convolution does.</summary>
    public static bool IsAvailable => Probed.Value;

    /// <summary>Brings weights into the layout that is fastest for one input shape.</summary>
    /// <param name="weight">[O, I / G, k, k] dense, or packed for another shape.</param>
    /// <param name="geometry">Stride, dilation and groups.</param>
    /// <param name="padding">Symmetric zeros, down and across.</param>
    /// <param name="input">[N, C, H, W].</param>
    /// <returns>An opaque tensor that only <see cref="Convolve"/> reads. The caller disposes it.</returns>
    public static Tensor Pack(Tensor weight, ConvolutionGeometry geometry, (int Down, int Across) padding, ReadOnlySpan<long> input) =>
        Dispatcher.Call("mkldnn::_reorder_convolution_weight", "",
        [
            Dispatcher.From(weight),
            Dispatcher.From([padding.Down, padding.Across]),
            Dispatcher.From([geometry.Stride, geometry.Stride]),
            Dispatcher.From([geometry.Dilation, geometry.Dilation]),
            Dispatcher.From(geometry.Groups),
            Dispatcher.Some(Dispatcher.From(input)),
        ]);

    /// <summary>The description of a packed layout: equal bytes mean equal layouts.</summary>
    public static byte[] LayoutOf(Tensor packed)
    {
        using var description = Dispatcher.Call("mkldnn::_get_mkldnn_serialized_md", "", [Dispatcher.From(packed)]);
        return description.bytes.ToArray();
    }

    /// <summary>activation(convolution + bias).</summary>
    /// <param name="x">[N, C, H, W], channels-last.</param>
    /// <param name="packed">From <see cref="Pack"/>.</param>
    /// <param name="bias">[O], dtype of <paramref name="x"/>, or null.</param>
    /// <param name="geometry">Stride, dilation and groups.</param>
    /// <param name="padding">Symmetric zeros, down and across.</param>
    /// <param name="activation">Applied to the sum.</param>
    /// <returns>[N, O, H', W'], channels-last. The caller disposes it.</returns>
    public static Tensor Convolve(
        Tensor x, Tensor packed, Tensor? bias, ConvolutionGeometry geometry, (int Down, int Across) padding, FusedActivation activation)
    {
        var numbers = stackalloc long[6] { padding.Down, padding.Across, geometry.Stride, geometry.Stride, geometry.Dilation, geometry.Dilation };
        var (name, algorithm) = NamesOf(activation);
        var algorithmText = algorithm is null ? null : Dispatcher.Utf8(algorithm);
        nint biasHandle = bias?.Handle ?? 0, result;
        var code = TorchExports.Instance.ConvolutionPointwise(
            x.Handle, packed.Handle, bias is null ? null : &biasHandle, numbers, 2, numbers + 2, 2, numbers + 4, 2, geometry.Groups,
            Dispatcher.Utf8(name), null, 0, algorithm is null ? null : &algorithmText, &result);
        GC.KeepAlive(x);
        GC.KeepAlive(packed);
        GC.KeepAlive(bias);
        return code == 0 ? Tensor.UnsafeCreateTensor(result) : throw Failed(x);
    }

    /// <summary>sum += convolution + bias, in place.</summary>
    public static void ConvolveInto(
        Tensor sum, Tensor x, Tensor packed, Tensor? bias, ConvolutionGeometry geometry, (int Down, int Across) padding)
    {
        var numbers = stackalloc long[6] { padding.Down, padding.Across, geometry.Stride, geometry.Stride, geometry.Dilation, geometry.Dilation };
        nint biasHandle = bias?.Handle ?? 0, result;
        var code = TorchExports.Instance.ConvolutionPointwiseBinary(
            sum.Handle, x.Handle, packed.Handle, bias is null ? null : &biasHandle, numbers, 2, numbers + 2, 2, numbers + 4, 2, geometry.Groups,
            Dispatcher.Utf8("add"), null, null, null, 0, null, &result);
        GC.KeepAlive(sum);
        GC.KeepAlive(x);
        GC.KeepAlive(packed);
        GC.KeepAlive(bias);
        if (code != 0)
        {
            throw Failed(x);
        }

        Tensor.UnsafeCreateTensor(result).Dispose();
    }

    /// <summary>Whether products can be had without packing first, and compute what the plain ones do.</summary>
    public static bool HasLinear => LinearProbed.Value;

    /// <summary>activation(x * weight' + bias).</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="weight">[O, I]: packed, or any strided tensor, such as a transposed view.</param>
    /// <param name="bias">[O], dtype of <paramref name="x"/>, or null.</param>
    /// <param name="activation">Applied to the sum.</param>
    /// <returns>[N, O]. The caller disposes it.</returns>
    public static Tensor Linear(Tensor x, Tensor weight, Tensor? bias, FusedActivation activation = FusedActivation.None)
    {
        var (name, algorithm) = NamesOf(activation);
        var algorithmText = algorithm is null ? null : Dispatcher.Utf8(algorithm);
        nint biasHandle = bias?.Handle ?? 0, result;
        var code = TorchExports.Instance.LinearPointwise(
            x.Handle, weight.Handle, bias is null ? null : &biasHandle, Dispatcher.Utf8(name), null, 0, algorithm is null ? null : &algorithmText, &result);
        GC.KeepAlive(x);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return code == 0 ? Tensor.UnsafeCreateTensor(result) : throw Failed(x, "product");
    }

    /// <summary>x * weight' + bias + other.</summary>
    /// <param name="x">[N, I].</param>
    /// <param name="other">[N, O], contiguous, dtype of <paramref name="x"/>; not changed.</param>
    /// <param name="weight">[O, I].</param>
    /// <param name="bias">[O], or null.</param>
    /// <returns>[N, O]. The caller disposes it.</returns>
    public static Tensor LinearPlus(Tensor x, Tensor other, Tensor weight, Tensor? bias)
    {
        nint biasHandle = bias?.Handle ?? 0, result;
        var code = TorchExports.Instance.LinearPointwiseBinary(
            x.Handle, other.Handle, weight.Handle, bias is null ? null : &biasHandle, Dispatcher.Utf8("add"), &result);
        GC.KeepAlive(x);
        GC.KeepAlive(other);
        GC.KeepAlive(weight);
        GC.KeepAlive(bias);
        return code == 0 ? Tensor.UnsafeCreateTensor(result) : throw Failed(x, "product");
    }

    private static (string Name, string? Algorithm) NamesOf(FusedActivation activation) => activation switch
    {
        FusedActivation.None => ("none", null),
        FusedActivation.Relu => ("relu", null),
        FusedActivation.Gelu => ("gelu", "none"),
        FusedActivation.GeluTanh => ("gelu", "tanh"),
        FusedActivation.Silu => ("swish", null),
        FusedActivation.Sigmoid => ("sigmoid", null),
        FusedActivation.Tanh => ("tanh", null),
        _ => throw new ConfigurationException(nameof(FusedActivation), "a known activation", activation),
    };

    private static DeepException Failed(Tensor x, string operation = "convolution") =>
        new($"oneDNN's {operation} refused an input of {Shapes.Format(x.shape)} {x.dtype}; its reason stands on standard error.");

    private static bool Probe()
    {
        var exports = TorchExports.Instance;
        if (!Dispatcher.IsAvailable || exports.ConvolutionPointwise == null || exports.ConvolutionPointwiseBinary == null)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var x = ChannelsLast.Of(linspace(-1, 1, 8 * 5 * 4).reshape(1, 8, 5, 4));
        var weight = linspace(-0.5, 0.5, 6 * 8 * 9).reshape(6, 8, 3, 3);
        var bias = linspace(-1, 1, 6);
        var geometry = new ConvolutionGeometry { Padding = 1 };
        try
        {
            var packed = Pack(weight, geometry, (1, 1), x.shape);
            var sum = Convolve(x, packed, bias, geometry, (1, 1), FusedActivation.Relu);
            ConvolveInto(sum, x, packed, bias, geometry, (1, 1));
            var plain = nn.functional.conv2d(x, weight, bias, padding: [1, 1]);
            return sum.allclose(nn.functional.relu(plain).Plus(plain), 1e-4, 1e-4);
        }
        catch (DeepException)
        {
            // A libtorch without oneDNN has the names but not the operators.
            return false;
        }
    }

    private static bool ProbeLinear()
    {
        var exports = TorchExports.Instance;
        if (!IsAvailable || exports.LinearPointwise == null || exports.LinearPointwiseBinary == null)
        {
            return false;
        }

        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var (x, weight, bias, other) = (linspace(-1, 1, 15).reshape(3, 5), linspace(-2, 2, 35).reshape(5, 7).t(), linspace(0, 1, 7), linspace(-3, 3, 21).reshape(3, 7));
        try
        {
            var plain = nn.functional.linear(x, weight, bias);
            return Linear(x, weight, bias, FusedActivation.Relu).allclose(nn.functional.relu(plain), 1e-4, 1e-5)
                && Linear(x, weight, null).Plus(bias).allclose(plain, 1e-4, 1e-5)
                && LinearPlus(x, other, weight, bias).allclose(plain.Plus(other), 1e-4, 1e-5);
        }
        catch (DeepException)
        {
            return false;
        }
    }
}
