using Deep.Nn;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.NFNets;

// N batch, C channels, H x W pixels, F features, K classes

/// <summary>A Normalizer-Free network, frozen for prediction: the numbers of <see cref="NFNet"/> in eval mode at several times its speed.</summary>
/// <remarks>
/// What the network keeps separate for training is multiplied into the weights once: standardization, gains, the activation's gamma, each
/// block's beta, alpha and skip gain. Safe to call from many threads; each call runs on the thread that makes it and on libtorch's own.
/// Dispose it to free its weights.
/// </remarks>
public sealed class InferenceNFNet : IDisposable
{
    private const int ExactStemConvs = 2;
    private readonly FrozenActivation activation;
    private readonly List<FrozenConv> stem = [];
    private readonly List<FrozenBlock> blocks = [];
    private readonly FrozenConv? finalConv;
    private readonly FrozenPointwise? classifier;
    private readonly double gamma;
    private readonly bool startsWithSum;
    private readonly Device device;

    internal InferenceNFNet(NFNet network, InferenceOptions options)
    {
        (Config, Options) = (network.Config, options);
        var first = network.Stem.Convs[0].Weight;
        device = first.device;
        Precisions.Require(options.Precision, device);
        gamma = Config.GainInActivation ? Config.Activation.Gain() : 1;
        activation = new FrozenActivation(Config.Activation, Config.Numerics);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var trained = network.Blocks.ToArray();

        // The first and last layers and the shortcuts' convolutions touch every logit and cost little: exact, they halve the error of bf16.
        var exact = options with { Precision = Precision.Float32 };
        startsWithSum = trained[0].Downsample is null;
        for (var i = 0; i < network.Stem.Convs.Count; i++)
        {
            // The first block's activation runs in the stem's last convolution, unless what comes before it is wanted too.
            var last = i == network.Stem.Convs.Count - 1;
            var activatedLater = last && (startsWithSum || Config.StemMaxPool);
            stem.Add(new FrozenConv(network.Stem.Convs[i], i == 0 ? 1 : gamma, activatedLater ? null : activation, i < ExactStemConvs ? exact : options));
        }

        for (var i = 0; i < trained.Length; i++)
        {
            var last = i == trained.Length - 1;
            var exit = last && network.FinalConv is not null ? null : activation;
            blocks.Add(new FrozenBlock(trained[i], Config, activation, exit, keepsSum: !last && trained[i + 1].Downsample is null, options));
        }

        finalConv = network.FinalConv is { } conv ? new FrozenConv(conv, 1, activation, exact) : null;
        classifier = network.Head.Classifier is { } linear
            ? new FrozenPointwise(linear.weight!.Times(gamma), linear.bias, FusedActivation.None, exact)
            : null;
    }

    /// <summary>What the network was built from.</summary>
    public NFNetConfig Config { get; }

    /// <summary>How it was frozen.</summary>
    public InferenceOptions Options { get; }

    /// <summary>The device that it computes on.</summary>
    public Device Device => device;

    /// <summary>Logits.</summary>
    /// <param name="x">[N, C, H, W], normalised pictures, any float dtype, on the network's device.</param>
    /// <returns>[N, K] in 32-bit floats; [N, F] where the configuration has no classes. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public Tensor Forward(Tensor x)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var pooled = PixelMean.Of(Features(x));
        var output = classifier is null ? pooled.Times(gamma) : classifier.Forward(pooled);
        return output.flatten(1).contiguous().MoveToOuterDisposeScope();
    }

    /// <summary>The features that enter the head: the mean over all pixels, an embedding of the picture.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F] in 32-bit floats. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor Pooled(Tensor x)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return PixelMean.Of(Features(x)).flatten(1).Times(gamma).MoveToOuterDisposeScope();
    }

    /// <summary>The last feature map, activated.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F, H', W'] in 32-bit floats, channels-last. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor ForwardFeatures(Tensor x)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return Features(x).Times(gamma).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stem.ForEach(conv => conv.Dispose());
        blocks.ForEach(block => block.Dispose());
        finalConv?.Dispose();
        classifier?.Dispose();
    }

    // Activated, without gamma, in 32-bit floats. Each map is freed as soon as the next is made: its memory is warm in the cache for the one after.
    private Tensor Features(Tensor x)
    {
        Check(x);
        var type = Options.Precision.ToScalarType();
        var map = ChannelsLast.Of(x.to_type(ScalarType.Float32));
        for (var i = 0; i < stem.Count; i++)
        {
            map = As(i < ExactStemConvs - 1 ? ScalarType.Float32 : type, Replace(map, stem[i].Forward(map)));
        }

        Tensor? sum = null;
        if (Config.StemMaxPool)
        {
            map = Replace(map, MaxPool(map));
        }

        if (startsWithSum || Config.StemMaxPool)
        {
            sum = startsWithSum ? map.to_type(ScalarType.Float32) : null;
            map = activation.Apply(map);
        }

        foreach (var block in blocks)
        {
            (sum, map) = block.Forward(sum, map);
        }

        map = As(ScalarType.Float32, map);
        return finalConv is null ? map : Replace(map, finalConv.Forward(map));
    }

    private Tensor MaxPool(Tensor x) => Config.Numerics == Numerics.Timm
        ? nn.functional.max_pool2d(x, 3, 2, 1)
        : nn.functional.max_pool2d(SamePadding.Pad(x, 3, 2, value: double.NegativeInfinity), 3, 2);

    private static Tensor As(ScalarType type, Tensor map) => map.dtype == type ? map : Replace(map, map.to_type(type));

    private static Tensor Replace(Tensor old, Tensor next)
    {
        if (!ReferenceEquals(old, next))
        {
            old.Dispose();
        }

        return next;
    }

    private void Check(Tensor x)
    {
        var sizes = Shapes.Require(x, [Shapes.Any, Config.InputChannels, Shapes.Any, Shapes.Any], "[N, C, H, W]");
        Shapes.RequireFloat(x);
        if (sizes[0] < 1 || sizes[2] < 1 || sizes[3] < 1)
        {
            throw new ShapeException($"{Config.Name} expects one picture or more of one pixel or more, but got {Shapes.Format(sizes)}.");
        }

        if (x.device_type != device.type)
        {
            throw new ShapeException($"{Config.Name} is on {device}, but x is on {x.device}.");
        }
    }
}
