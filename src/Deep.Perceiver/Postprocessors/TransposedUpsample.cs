using System.Globalization;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

// B batch, K channels, T x H x W cells

/// <summary>
/// Transposed convolutions of 4 taps and SAME padding with ReLU between them: in two dimensions two of stride 2, in three
/// as many as the larger upsampling needs, the channels halved by each. Children: transposed_{i}.
/// </summary>
internal sealed class TransposedUpsample : Module<Tensor, Tensor>
{
    private readonly List<(nn.Module Layer, long[] Strides)> layers = [];
    private readonly bool video;

    public TransposedUpsample(ImageOutputConfig config, int channels, Device? device)
        : base(nameof(TransposedUpsample))
    {
        video = config.TemporalUpsample != 1;
        var (time, space) = (int.Log2(config.TemporalUpsample), int.Log2(config.SpatialUpsample));
        var count = Math.Max(time, space);
        for (var i = 0; i < count; i++)
        {
            var outputs = config.Outputs << (count - 1 - i);
            var name = string.Create(CultureInfo.InvariantCulture, $"transposed_{i}");
            long[] strides = [i < time ? 2 : 1, i < space ? 2 : 1, i < space ? 2 : 1];
            nn.Module layer = video
                ? ConvTranspose3d(channels, outputs, 4, device: device)
                : ConvTranspose2d(channels, outputs, 4, device: device);
            register_module(name, layer);
            layers.Add((layer, video ? strides : strides[1..]));
            channels = outputs;
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < layers.Count; i++)
        {
            var (layer, strides) = layers[i];
            var size = x.shape[2..];
            var (weight, bias) = (layer.get_parameter("weight")!, layer.get_parameter("bias")!);
            x = i == 0 ? x : functional.relu(x);
            x = video
                ? functional.conv_transpose3d(x, weight, bias, [strides[0], strides[1], strides[2]])
                : functional.conv_transpose2d(x, weight, bias, [strides[0], strides[1]]);

            // The full result has stride * size + 4 - stride cells; SAME keeps the middle stride * size.
            for (var axis = 0; axis < size.Length; axis++)
            {
                var surplus = 4 - strides[axis];
                x = x.narrow(axis + 2, surplus - (surplus / 2), strides[axis] * size[axis]);
            }
        }

        return x.MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
