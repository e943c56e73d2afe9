using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels

/// <summary>
/// A Normalizer-Free residual block: out = shortcut + alpha * branch(beta * act(x)) (NFNet, sections 3 and 4.1).
/// </summary>
/// <remarks>
/// Children: downsample, conv1 (1 x 1), conv2 and conv2b (3 x 3, grouped), attn, conv3 (1 x 1), attn_last; parameter
/// skipinit_gain. An activation stands before each convolution but the shortcut's and the first, which share the scaled
/// one.
/// </remarks>
public sealed class NFBlock : Module<Tensor, Tensor>
{
    private readonly NFNetConfig config;
    private readonly double activationScale;

    /// <summary>The block of <paramref name="plan"/>.</summary>
    /// <param name="plan">Its numbers.</param>
    /// <param name="config">The network.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    public NFBlock(NFBlockPlan plan, NFNetConfig config, Device? device = null)
        : base(nameof(NFBlock))
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(config);
        (Plan, this.config) = (plan, config);
        activationScale = config.GainInActivation ? config.Activation.Gain() : 1;
        var (middle, activated) = (plan.BottleneckChannels, config.Activated(plan.BottleneckChannels));
        if (config.SkipGain)
        {
            register_parameter("skipinit_gain", ModuleParameter.Of(empty([], device: device)));
        }

        Downsample = plan.HasDownsample ? new DownsampleShortcut(plan, config, device) : null;
        Conv1 = config.Conv(config.Activated(plan.InputChannels), middle, 1, device: device);
        Conv2 = config.Conv(activated, middle, 3, plan.Stride, plan.FirstDilation, plan.Groups, device);
        Conv2b = config.SecondConv ? config.Conv(activated, middle, 3, 1, plan.Dilation, plan.Groups, device) : null;
        Conv3 = config.Conv(activated, plan.OutputChannels, 1, device: device);
        var inBottleneck = config.AttentionPlacement == AttentionPlacement.InBottleneck;
        Attention = AttentionOver(inBottleneck ? middle : plan.OutputChannels, device);
        RegisterIfAny("downsample", Downsample);
        register_module("conv1", Conv1);
        register_module("conv2", Conv2);
        RegisterIfAny("conv2b", Conv2b);
        RegisterIfAny("attn", inBottleneck ? Attention : null);
        register_module("conv3", Conv3);
        RegisterIfAny("attn_last", inBottleneck ? null : Attention);
    }

    /// <summary>The block's numbers.</summary>
    public NFBlockPlan Plan { get; }

    /// <summary>The shortcut's pooling and convolution, or null where it is the identity.</summary>
    public DownsampleShortcut? Downsample { get; }

    /// <summary>1 x 1, input to bottleneck.</summary>
    public ScaledWeightStandardizedConv Conv1 { get; }

    /// <summary>3 x 3, grouped, with the block's stride.</summary>
    public ScaledWeightStandardizedConv Conv2 { get; }

    /// <summary>The second 3 x 3 of NFNets, or null.</summary>
    public ScaledWeightStandardizedConv? Conv2b { get; }

    /// <summary>1 x 1, bottleneck to output.</summary>
    public ScaledWeightStandardizedConv Conv3 { get; }

    /// <summary>
    /// The channel attention (<see cref="SqueezeExcite"/> or <see cref="EfficientChannelAttention"/>), or null.
    /// </summary>
    public Module<Tensor, Tensor>? Attention { get; }

    /// <summary>The learned scalar on the branch, or null where the network has none.</summary>
    public Parameter? SkipInitGain => config.SkipGain ? get_parameter("skipinit_gain") : null;

    /// <summary>The block.</summary>
    /// <param name="x">[N, C_in, H, W].</param>
    /// <returns>[N, C_out, ceil(H / stride), ceil(W / stride)]. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (shortcut, branch, gate) = Branches(x);

        // gate, attention gain, stochastic depth, skip gain and alpha are small: multiplied first, they cost one pass
        // over the branch.
        var factor = gate?.Times(config.AttentionGain * config.Alpha);
        if (training && Plan.DropRate > 0)
        {
            var mask = StochasticDepth.Draw(branch, Plan.DropRate,
                config.StochasticDepthRule == StochasticDepthRule.Timm);
            factor = factor is null ? mask.Times(config.Alpha) : factor.mul(mask);
        }

        if (SkipInitGain is not null)
        {
            factor = factor is null ? SkipInitGain.Times(config.Alpha) : factor.mul(SkipInitGain);
        }

        var output = factor is null ? shortcut.Plus(branch, config.Alpha)
            : addcmul(shortcut, branch, factor.to(branch.dtype), GuardedArithmetic.One);
        return output.MoveToOuterDisposeScope();
    }

    /// <summary>
    /// The residual branch before stochastic depth, skip gain and alpha, for signal propagation plots.
    /// </summary>
    /// <param name="x">[N, C_in, H, W].</param>
    /// <returns>[N, C_out, H', W']. The caller disposes it.</returns>
    public Tensor Residual(Tensor x)
    {
        using var scope = NewDisposeScope();
        var (_, branch, gate) = Branches(x);
        return (gate is null ? branch : branch.mul(
            gate.Times(config.AttentionGain).to(branch.dtype))).MoveToOuterDisposeScope();
    }

    // The gate [N, C_out, 1, 1] of attention after the last convolution comes separately.
    private (Tensor Shortcut, Tensor Branch, Tensor? Gate) Branches(Tensor x)
    {
        var input = config.Activation.Apply(x, config.Numerics, activationScale * Plan.Beta);
        var shortcut = Downsample?.call(input) ?? x;
        var branch = Conv2.call(Activate(Conv1.call(input)));
        branch = Conv2b is null ? branch : Conv2b.call(Activate(branch));
        if (config.AttentionPlacement == AttentionPlacement.InBottleneck && Attention is not null)
        {
            branch = branch.mul(Attention.call(branch).Times(config.AttentionGain).to(branch.dtype));
            return (shortcut, Conv3.call(Activate(branch)), null);
        }

        branch = Conv3.call(Activate(branch));
        return (shortcut, branch, Attention?.call(branch));
    }

    private Tensor Activate(Tensor x) => config.Activation.Apply(x, config.Numerics, activationScale);

    private Module<Tensor, Tensor>? AttentionOver(int channels, Device? device) => config.Attention switch
    {
        AttentionKind.SqueezeExcite => new SqueezeExcite(channels, config.SqueezedChannels(channels), device),
        AttentionKind.EfficientChannel => new EfficientChannelAttention(channels, device),
        _ => null,
    };

    private void RegisterIfAny(string name, Module<Tensor, Tensor>? module)
    {
        if (module is not null)
        {
            register_module(name, module);
        }
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
