using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

/// <summary>A 1 x 1 convolution of each pixel. See <see cref="Conv1x1Config"/>. Parameters: conv.{weight, bias}.</summary>
public sealed class Conv1x1Preprocessor : Preprocessor
{
    private readonly Conv1x1Config config;

    internal Conv1x1Preprocessor(Conv1x1Config config, Device? device)
        : base(config, device)
    {
        this.config = config;
        Conv = Conv2d(config.InputChannels, config.ConvChannels, 1, device: device);
        register_module("conv", Conv);
    }

    /// <summary>The convolution, weight [O, I, 1, 1].</summary>
    public Conv2d Conv { get; }

    // One tap is a product of matrices: on some processors libtorch 2.10's convolutions of one tap are wrong.
    private protected override Tensor Featurize(Tensor input)
    {
        RequireFrames(input, "Pixels", video: false, config.InputChannels);
        var pixels = input.permute(0, 2, 3, 1).slice(1, 0, long.MaxValue, config.SpatialDownsample)
            .slice(2, 0, long.MaxValue, config.SpatialDownsample);
        return functional.linear(pixels, Conv.weight!.flatten(1), Conv.bias);
    }
}
