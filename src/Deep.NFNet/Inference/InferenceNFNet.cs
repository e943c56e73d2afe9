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
    private readonly FrozenActivation activation;
    private readonly List<FrozenConv> stem = [];
    private readonly List<FrozenBlock> blocks = [];
    private readonly FrozenConv? finalConv;
    private readonly FrozenLinear? classifier;
    private readonly double gamma;
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
        for (var i = 0; i < network.Stem.Convs.Count; i++)
        {
            var last = i == network.Stem.Convs.Count - 1;
            stem.Add(new FrozenConv(network.Stem.Convs[i], i == 0 ? 1 : gamma, last ? null : activation, options));
        }

        blocks.AddRange(network.Blocks.Select(block => new FrozenBlock(block, Config, activation, options)));
        finalConv = network.FinalConv is { } conv ? new FrozenConv(conv, 1, activation, options) : null;
        classifier = network.Head.Classifier is { } linear
            ? new FrozenLinear(linear.weight!.mul(gamma), linear.bias, options.Precision)
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
        return (classifier is null ? pooled.to_type(ScalarType.Float32).mul_(gamma) : classifier.Forward(pooled).to_type(ScalarType.Float32))
            .MoveToOuterDisposeScope();
    }

    /// <summary>The features that enter the head: the mean over all pixels, an embedding of the picture.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F] in 32-bit floats. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor Pooled(Tensor x)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return PixelMean.Of(Features(x)).to_type(ScalarType.Float32).mul_(gamma).MoveToOuterDisposeScope();
    }

    /// <summary>The last feature map, activated.</summary>
    /// <param name="x">[N, C, H, W].</param>
    /// <returns>[N, F, H', W'] in 32-bit floats, channels-last. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not a batch of pictures of this network.</exception>
    public Tensor ForwardFeatures(Tensor x)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        return Features(x).to_type(ScalarType.Float32).mul_(gamma).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        stem.ForEach(conv => conv.Dispose());
        blocks.ForEach(block => block.Dispose());
        finalConv?.Dispose();
        classifier?.Dispose();
    }

    // Activated, without gamma. Each map is freed as soon as the next is made: its memory is warm in the cache for the one after.
    private Tensor Features(Tensor x)
    {
        Check(x);
        var map = ChannelsLast.Of(x.to_type(Options.Precision.ToScalarType()));
        foreach (var conv in stem)
        {
            map = Replace(map, conv.Forward(map));
        }

        if (Config.StemMaxPool)
        {
            map = Replace(map, MaxPool(map));
        }

        foreach (var block in blocks)
        {
            map = block.Forward(map);
        }

        return Replace(map, finalConv is null ? activation.Apply(map) : finalConv.Forward(map));
    }

    private Tensor MaxPool(Tensor x) => Config.Numerics == Numerics.Timm
        ? nn.functional.max_pool2d(x, 3, 2, 1)
        : nn.functional.max_pool2d(SamePadding.Pad(x, 3, 2, value: double.NegativeInfinity), 3, 2);

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
