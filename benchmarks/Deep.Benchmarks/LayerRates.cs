using Deep.NFNets;
using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>The rate of each convolution of a network, alone.</summary>
internal static class LayerRates
{
    public static void Run(BenchmarkOptions options)
    {
        ComputeThreads.Use(options.Threads);
        using var gradients = no_grad();
        var peak = MatrixPeak.Measure(options.Precision);
        var layers = NFNetCost.Layers(options.Config, options.Size, options.Size)
            .Where(layer => layer.Kind == NFNetLayerKind.Convolution).ToDictionary(layer => layer.Name);
        using var network = new NFNet(options.Config);
        double milliseconds = 0, work = 0;
        foreach (var (name, module) in network.named_modules())
        {
            if (module is not ScaledWeightStandardizedConv conv || !layers.TryGetValue(name, out var layer))
            {
                continue;
            }

            using var scope = NewDisposeScope();
            var geometry = new ConvolutionGeometry
            {
                Stride = conv.Stride,
                Groups = conv.Groups,
                Dilation = conv.Dilation,
                Padding = conv.Stride == 1 ? conv.Kernel / 2 * conv.Dilation : 0,
            };

            // Without padding of its own a strided convolution takes one pixel more: the odd one that SAME padding adds before it.
            var odd = conv.Stride == 1 ? 0 : conv.Kernel - conv.Stride;
            var (height, width) = ((layer.Height * conv.Stride) + odd, (layer.Width * conv.Stride) + odd);
            using var packed = new PackedConvolution(conv.Weight, conv.Bias, geometry, FusedActivation.None, options.Precision);
            var x = ChannelsLast.Of(randn(options.Batch, conv.InputChannels, height, width).to(options.Precision.ToScalarType()));
            var timing = new Timing();
            timing.Turn(() => packed.Forward(x).Dispose(), 15);
            var flops = 2 * layer.MultiplyAdds * options.Batch / 1e6;
            (milliseconds, work) = (milliseconds + timing.Best, work + flops);
            Console.WriteLine(
                $"{name,-28} {conv.InputChannels,5} -> {conv.OutputChannels,-5} k{conv.Kernel} s{conv.Stride} g{conv.Groups,-3} {layer.Height,4} x {layer.Width,-4} "
                + $"{timing.Best,8:F3} ms {flops / timing.Best,6:F0} GFLOP/s {flops / timing.Best / peak,5:P0}");
        }

        Console.WriteLine($"all convolutions: {milliseconds:F1} ms, {work / milliseconds:F0} GFLOP/s, {work / milliseconds / peak:P0} of {peak:F0} GFLOP/s");
    }
}
