using System.Globalization;
using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, H x W pixels

/// <summary>Convolution, batch normalization, ReLU and max-pool in front of the encoder. See <see cref="ConvConfig"/>.</summary>
/// <remarks>
/// Parameters: conv.weight, norm.{weight, bias}, buffers norm.{running_mean, running_var}; a second layer's are conv_1 and
/// norm_1, and so on.
/// </remarks>
public sealed class ConvPreprocessor : Preprocessor
{
    private readonly ConvConfig config;

    internal ConvPreprocessor(ConvConfig config, Device? device)
        : base(config, device)
    {
        this.config = config;
        var (convs, norms) = (new List<Conv2d>(), new List<BatchNorm2d>());
        for (var i = 0; i < config.Layers; i++)
        {
            var suffix = i == 0 ? string.Empty : string.Create(CultureInfo.InvariantCulture, $"_{i}");
            convs.Add(Conv2d(i == 0 ? config.InputChannels : config.ConvChannels, config.ConvChannels, 7, stride: 2, bias: false, device: device));
            register_module("conv" + suffix, convs[i]);
            if (config.BatchNorm)
            {
                norms.Add(BatchNorm2d(config.ConvChannels, eps: 1e-5, momentum: 0.1, device: device));
                register_module("norm" + suffix, norms[i]);
            }
        }

        (Convs, Norms) = (convs, norms);
    }

    /// <summary>The convolutions, weight [O, I, 7, 7].</summary>
    public IReadOnlyList<Conv2d> Convs { get; }

    /// <summary>The normalizations; empty where there are none.</summary>
    public IReadOnlyList<BatchNorm2d> Norms { get; }

    private protected override Tensor Featurize(Tensor input)
    {
        RequireFrames(input, "Pixels", video: false, config.InputChannels);
        var x = input;
        for (var i = 0; i < Convs.Count; i++)
        {
            x = Convolve(x, Convs[i].weight!);
            x = Norms.Count > 0 ? Norms[i].call(x) : x;
            x = Pool(functional.relu(x));
        }

        return x.permute(0, 2, 3, 1);
    }

    // Channels beside each other in memory: in the other order some processors' convolutions are wrong in libtorch 2.10.
    private Tensor Convolve(Tensor x, Tensor weight) => functional.conv2d(
        ChannelsLast.Of(config.Semantics == ConvSemantics.DeepMind ? SamePadding.Pad(x, 7, 2) : functional.pad(x, (3, 3, 3, 3))),
        weight, strides: [2, 2]);

    private Tensor Pool(Tensor x)
    {
        var padded = config.Semantics == ConvSemantics.DeepMind ? SamePadding.Pad(x, 3, 2, double.NegativeInfinity) : x;
        return padded.shape[2] >= 3 && padded.shape[3] >= 3
            ? functional.max_pool2d(padded, 3, 2)
            : throw new ShapeException($"Pictures are too small: {x.shape[2]} x {x.shape[3]} pixels are left where the pool needs 3 x 3.");
    }
}
