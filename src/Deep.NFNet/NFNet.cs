using System.Globalization;
using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels, F features, K classes

/// <summary>
/// A Normalizer-Free network: stem, stages of <see cref="NFBlock"/>, last convolution, mean over pixels, classifier.
/// </summary>
/// <remarks>
/// Names of parameters are timm's: stem.conv1.weight, stages.0.0.conv1.gain, final_conv.bias, head.fc.weight. Safe for
/// concurrent prediction in eval mode; not while it trains. Dispose it to free its weights.
/// </remarks>
public sealed partial class NFNet : Module<Tensor, Tensor>, IHasClassifier, IHasLayers
{
    /// <summary>A network with fresh weights, in training mode.</summary>
    /// <param name="config">What to build.</param>
    /// <param name="device">Where the parameters are; null: the default device.</param>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public NFNet(NFNetConfig config, Device? device = null)
        : this(config, device, initialize: true)
    {
    }

    private NFNet(NFNetConfig config, Device? device, bool initialize)
        : base(nameof(NFNet))
    {
        ArgumentNullException.ThrowIfNull(config);
        config.Validate();
        Config = config;
        Stem = new NFStem(config, device);
        Stages = new ModuleList<Sequential>(
            [.. config.Plan().GroupBy(block => block.Stage).Select(stage => StageOf(stage, device))]);
        register_module("stem", Stem);
        register_module("stages", Stages);
        if (config.FinalChannels > 0)
        {
            FinalConv = config.Conv(config.Stages[^1].Width, config.FinalChannels, 1, device: device);
            register_module("final_conv", FinalConv);
        }

        Head = new NFHead(config, device);
        register_module("head", Head);
        if (initialize)
        {
            NFNetInitializer.Initialize(this);
        }
    }

    /// <summary>What the network was built from.</summary>
    public NFNetConfig Config { get; }

    /// <summary>The stem.</summary>
    public NFStem Stem { get; }

    /// <summary>The stages; each is a sequence of <see cref="NFBlock"/>.</summary>
    public ModuleList<Sequential> Stages { get; }

    /// <summary>The blocks of all stages, in order.</summary>
    public IEnumerable<NFBlock> Blocks => Stages.SelectMany(stage => stage.children()).Cast<NFBlock>();

    /// <summary>The 1 x 1 convolution before pooling, or null.</summary>
    public ScaledWeightStandardizedConv? FinalConv { get; }

    /// <summary>Dropout and classifier.</summary>
    public NFHead Head { get; }

    /// <inheritdoc/>
    nn.Module? IHasClassifier.Classifier => Head.Classifier;

    /// <summary>The stem, each block, the last convolution and the head.</summary>
    public IReadOnlyList<nn.Module> Layers =>
        [Stem, .. Blocks, .. FinalConv is null ? Array.Empty<nn.Module>() : [FinalConv], Head];

    /// <summary>Logits.</summary>
    /// <param name="x">
    /// [N, C, H, W], normalised pictures on the device of the weights; any H and W of 1 or more. In the dtype of the
    /// weights, or bf16 with f32 weights: then activations are bf16 and weights, pooled features and logits f32, as the
    /// paper trains (section A).
    /// </param>
    /// <returns>[N, K]; [N, F] where the configuration has no classes. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return Head.call(Pooled(x)).MoveToOuterDisposeScope();
    }

    /// <summary>The last feature map, activated.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F, H / 32, W / 32] (rounded up; 32 is the published networks' reduction). The caller disposes
    /// it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor ForwardFeatures(Tensor x)
    {
        Check(x);
        using var scope = NewDisposeScope();
        x = Stem.call(x);
        foreach (var stage in Stages)
        {
            x = stage.call(x);
        }

        x = FinalConv?.call(x) ?? x;
        var gain = Config.GainInActivation ? Config.Activation.Gain() : 1;
        return Config.Activation.Apply(x, Config.Numerics, gain).MoveToOuterDisposeScope();
    }

    /// <summary>The features that enter the head: the mean over all pixels, an embedding of the picture.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F]. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor Pooled(Tensor x)
    {
        using var scope = NewDisposeScope();
        return ForwardFeatures(x).mean([2, 3]).to(Stem.Convs[0].Weight.dtype).MoveToOuterDisposeScope();
    }

    /// <summary>
    /// Feature maps of rising reduction, before activation: the stem's, each stage's, the last from the final
    /// convolution.
    /// </summary>
    /// <remarks>
    /// The stem's map is that of its last convolution but one. Under timm's numerics it is activated unless the
    /// activation is GELU: timm's activation overwrites the map that it has collected, and what was trained on such
    /// maps expects it.
    /// </remarks>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>One map per stage plus one, [N, C_i, H_i, W_i]. The caller disposes each.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public IReadOnlyList<Tensor> FeaturePyramid(Tensor x)
    {
        Check(x);
        using var scope = NewDisposeScope();
        (x, var tap) = Stem.ForwardWithTap(x);
        var maps = new List<Tensor> { tap ?? x };
        foreach (var stage in Stages)
        {
            x = stage.call(x);
            maps.Add(x);
        }

        maps[^1] = FinalConv?.call(x) ?? x;
        maps.ForEach(map => map.MoveToOuterDisposeScope());
        return maps;
    }

    /// <summary>The data of a signal propagation plot: one point for the stem, then one for each block.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>Number of blocks + 1 points.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public IReadOnlyList<SignalStatistics> SignalPropagation(Tensor x)
    {
        Check(x);
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        x = Stem.call(x);
        var points = new List<SignalStatistics> { Statistics(x, branch: null) };
        foreach (var block in Blocks)
        {
            var branch = block.Residual(x);
            x = block.call(x);
            points.Add(Statistics(x, branch));
        }

        return points;
    }

    private static SignalStatistics Statistics(Tensor x, Tensor? branch)
    {
        using var scope = NewDisposeScope();
        var (variance, mean) = var_mean(x, [0, 2, 3], unbiased: false);
        var branchVariance = branch?.var([0, 2, 3], unbiased: false).mean().ToDouble();
        return new(mean.mul(mean).mean().ToDouble(), variance.mean().ToDouble(), branchVariance);
    }

    private Sequential StageOf(IEnumerable<NFBlockPlan> plans, Device? device) =>
        Sequential(plans.Select(plan =>
            (plan.Index.ToString(CultureInfo.InvariantCulture),
                (Module<Tensor, Tensor>)new NFBlock(plan, Config, device))));

    private void Check(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.ndim != 4 || x.shape[1] != Config.InputChannels || x.shape[0] < 1 || x.shape[2] < 1 || x.shape[3] < 1)
        {
            throw new ShapeException($"{Config.Name} expects pictures [N, {Config.InputChannels}, H, W] with N, H and W of 1 or more, but got [{string.Join(", ", x.shape)}].");
        }

        var weight = Stem.Convs[0].Weight;
        var isMixed = x.dtype == ScalarType.BFloat16 && weight.dtype == ScalarType.Float32;
        if ((x.dtype != weight.dtype && !isMixed) || x.device_type != weight.device_type)
        {
            throw new ShapeException($"{Config.Name} has {weight.dtype} weights on {weight.device}, but got a {x.dtype} tensor on {x.device}.");
        }
    }

    /// <summary>
    /// Nothing: every child has an explicit name, and the parent's registration would add each field once more.
    /// </summary>
    protected override void RegisterComponents()
    {
    }
}
