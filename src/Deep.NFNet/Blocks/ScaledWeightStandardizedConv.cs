using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels, O output channels, I input channels, G groups, k kernel side

/// <summary>Convolution with scaled weight standardization (NFNet, section 2, equation 1; section 4.1).</summary>
/// <remarks>
/// W' = gain * (W - mean) / (std * sqrt(fan_in)) over each output channel, so that variance is kept without batch
/// statistics. The bias is always there. Parameters: weight [O, I / G, k, k], gain [O, 1, 1, 1], bias [O].
/// </remarks>
public sealed class ScaledWeightStandardizedConv : Module<Tensor, Tensor>
{
    private readonly long[] strides;
    private readonly long[] dilations;
    private readonly long[] symmetricPadding;

    /// <summary>
    /// A convolution with weights from a normal distribution of variance 1 / fan_in, gains of 1 and biases of 0.
    /// </summary>
    /// <param name="inputChannels">I.</param>
    /// <param name="outputChannels">O.</param>
    /// <param name="kernel">k, odd.</param>
    /// <param name="stride">Stride, 1 or more.</param>
    /// <param name="dilation">Spacing of the kernel's taps, 1 or more.</param>
    /// <param name="groups">G, divides I and O.</param>
    /// <param name="numerics">Whose form of the standardization.</param>
    /// <param name="epsilon">Floor of var * fan_in (DeepMind) or summand of var (timm).</param>
    /// <param name="samePadding">SAME padding, or symmetric padding of (stride - 1 + dilation * (k - 1)) / 2.</param>
    /// <param name="scale">Constant factor in the standardized weights: an activation's gain, or 1.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public ScaledWeightStandardizedConv(
        int inputChannels,
        int outputChannels,
        int kernel,
        int stride = 1,
        int dilation = 1,
        int groups = 1,
        Numerics numerics = Numerics.DeepMind,
        double epsilon = 1e-4,
        bool samePadding = true,
        double scale = 1,
        Device? device = null)
        : base(nameof(ScaledWeightStandardizedConv))
    {
        (InputChannels, OutputChannels, Kernel, Stride, Dilation, Groups) = (inputChannels, outputChannels, kernel,
            stride, dilation, groups);
        (Numerics, Epsilon, UsesSamePadding, Scale) = (numerics, epsilon, samePadding, scale);
        strides = [stride, stride];
        dilations = [dilation, dilation];
        var padding = (stride - 1 + (dilation * (kernel - 1))) / 2;
        symmetricPadding = [padding, padding];
        register_parameter("weight", ModuleParameter.Of(
            empty(outputChannels, inputChannels / groups, kernel, kernel, device: device)));
        register_parameter("bias", ModuleParameter.Of(empty(outputChannels, device: device)));
        register_parameter("gain", ModuleParameter.Of(empty(outputChannels, 1, 1, 1, device: device)));
    }

    /// <summary>Input channels, I.</summary>
    public int InputChannels { get; }

    /// <summary>Output channels, O.</summary>
    public int OutputChannels { get; }

    /// <summary>Side of the kernel, k.</summary>
    public int Kernel { get; }

    /// <summary>Stride along both axes.</summary>
    public int Stride { get; }

    /// <summary>Spacing of the kernel's taps along both axes.</summary>
    public int Dilation { get; }

    /// <summary>Groups, G.</summary>
    public int Groups { get; }

    /// <summary>Whose form of the standardization.</summary>
    public Numerics Numerics { get; }

    /// <summary>The constant of the standardization.</summary>
    public double Epsilon { get; }

    /// <summary>True for SAME padding, false for symmetric padding.</summary>
    public bool UsesSamePadding { get; }

    /// <summary>Constant factor in the standardized weights.</summary>
    public double Scale { get; }

    /// <summary>The raw weights [O, I / G, k, k].</summary>
    public Parameter Weight => get_parameter("weight")!;

    /// <summary>The learned gain of each output channel [O, 1, 1, 1].</summary>
    public Parameter Gain => get_parameter("gain")!;

    /// <summary>The bias of each output channel [O].</summary>
    public Parameter Bias => get_parameter("bias")!;

    /// <summary>W', what the convolution multiplies with: standardized, scaled by gain and constant factor.</summary>
    /// <returns>[O, I / G, k, k], differentiable. The caller disposes it.</returns>
    public Tensor StandardizedWeight()
    {
        using var scope = NewDisposeScope();
        var fanIn = Weight.numel() / (double)OutputChannels;
        if (Numerics == Numerics.Timm)
        {
            // One fused kernel, backward too: the rows of [1, O, fan_in] are normalized as batch normalization does
            // channels.
            var rows = Weight.view(1, OutputChannels, -1);
            var gains = Gain.Times(Scale / Math.Sqrt(fanIn)).view(-1);
            return functional.batch_norm(rows, null, null, gains, null, training: true, momentum: 0, eps: Epsilon)
                .view_as(Weight).MoveToOuterDisposeScope();
        }

        var (variance, mean) = var_mean(Weight, [1, 2, 3], unbiased: false, keepdim: true);
        using Scalar floor = Epsilon;
        var scale = variance.Times(fanIn).clamp_min(floor).rsqrt().mul(Gain);
        scale = Scale == 1 ? scale : scale.Times(Scale);
        return addcmul(mean.mul(scale).neg(), Weight, scale, GuardedArithmetic.One).MoveToOuterDisposeScope();
    }

    /// <summary>Convolves.</summary>
    /// <param name="x">[N, I, H, W], device of the weights. The convolution runs in its dtype; weights are standardized
    /// in theirs.</param>
    /// <returns>[N, O, ceil(H / stride), ceil(W / stride)]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> does not have I channels.</exception>
    public override Tensor forward(Tensor x)
    {
        if (x.ndim != 4 || x.shape[1] != InputChannels)
        {
            throw new ShapeException($"The convolution expects [N, {InputChannels}, H, W], but got [{string.Join(", ", x.shape)}].");
        }

        using var scope = NewDisposeScope();
        var weight = StandardizedWeight().to(x.dtype);
        var bias = Bias.to(x.dtype);
        return (IsPointwise ? Pointwise(x, weight, bias) : Convolve(x, weight, bias)).MoveToOuterDisposeScope();
    }

    private bool IsPointwise => Kernel == 1 && Groups == 1 && (UsesSamePadding || symmetricPadding[0] == 0);

    // Both forms keep the channels of a pixel beside each other, and a convolution of one tap is a product of matrices,
    // because on some processors the convolutions of libtorch 2.10 are wrong: in the other order where channels are no
    // multiple of 16, in this one where the kernel has one tap.
    private Tensor Pointwise(Tensor x, Tensor weight, Tensor bias)
    {
        var pixels = x.permute(0, 2, 3, 1);
        pixels = Stride == 1 ? pixels : pixels.slice(1, 0, x.shape[2], Stride).slice(2, 0, x.shape[3], Stride);
        return functional.linear(pixels, weight.flatten(1), bias).permute(0, 3, 1, 2);
    }

    private Tensor Convolve(Tensor x, Tensor weight, Tensor bias)
    {
        var (input, padding) = Padded(x);
        return functional.conv2d(ChannelsLast.Of(input), weight, bias, strides, padding, dilations, Groups);
    }

    private (Tensor Input, long[] Padding) Padded(Tensor x)
    {
        if (!UsesSamePadding)
        {
            return (x, symmetricPadding);
        }

        var (down, across) = (SamePadding.Total(x.shape[2], Kernel, Stride, Dilation),
            SamePadding.Total(x.shape[3], Kernel, Stride, Dilation));
        return down % 2 == 0 && across % 2 == 0
            ? (x, [down / 2, across / 2])
            : (SamePadding.Pad(x, Kernel, Stride, Dilation), [0, 0]);
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
