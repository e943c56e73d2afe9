using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// N batch, I input and O output channels, H x W pixels, R repetition

/// <summary>
/// A 3 x 3 convolution for inference that keeps the size, by Winograd's minimal filtering: a quarter of the multiplications, after which
/// it is two to three times as fast as <see cref="PackedConvolution"/> where channels and pixels are many.
/// </summary>
/// <remarks>
/// F(4 x 4, 3 x 3): tiles of 6 x 6 inputs are transformed, multiplied with transformed filters (36 products over the channels), and
/// transformed back to 4 x 4 outputs. Results differ from a direct convolution's by rounding, about twice as much as two orders of summation
/// do. The transformed filters take four times the memory of the weights. On the CPU, in 32-bit floats, for usual numbers of channels. No
/// autograd. Safe to call from many threads. Dispose it to free the filters.
/// </remarks>
public sealed unsafe class WinogradConvolution : IDisposable
{
    // What the transformed inputs and products of a block of tiles may take: they should lie in the caches between the steps.
    private const long BlockBytes = 8L << 20;
    private const long FewestTiles = 64;
    private const long MostTiles = 512;

    // A thread is worth starting for about 20 microseconds of work.
    private const long GrainElements = 32768;
    private readonly WinogradProducts products;
    private readonly Tensor? bias;
    private readonly Tensor zero;
    private readonly int repetition;

    /// <summary>Transforms the filters.</summary>
    /// <param name="weight">[O, I, 3, 3], see <see cref="CanRun"/>.</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="activation">Applied to the result; those without a vector form are refused. Default none.</param>
    /// <param name="repetition">R: how often each input pixel is repeated along both axes before the convolution, 1 or 2. Default 1.</param>
    /// <exception cref="ShapeException">The weights are not such a filter bank.</exception>
    /// <exception cref="ConfigurationException">
    /// The machine or the weights do not allow it, or the activation or the repetition is out of range.
    /// </exception>
    public WinogradConvolution(
        Tensor weight, Tensor? bias = null, FusedActivation activation = FusedActivation.None, int repetition = 1)
    {
        var sizes = Shapes.RequireRank(weight, 4, "[O, I, 3, 3]");
        if (!CanRun(weight))
        {
            throw new ConfigurationException(
                nameof(weight), "[O, I, 3, 3] with I a multiple of 16, O one of 192 or 16, 32, 48, 64 or 96, 32-bit floats on a CPU with oneDNN", Shapes.Format(sizes));
        }

        if (repetition is not (1 or 2))
        {
            throw new ConfigurationException(nameof(repetition), "1 or 2", repetition);
        }

        if (activation is FusedActivation.Sigmoid or FusedActivation.Tanh)
        {
            throw new ConfigurationException(nameof(activation), "one with a vector form", activation);
        }

        if (bias is not null)
        {
            Shapes.Require(bias, [sizes[0]], "[O]");
        }

        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        (OutputChannels, InputChannels, Activation, this.repetition) = ((int)sizes[0], (int)sizes[1], activation, repetition);
        products = new WinogradProducts(WinogradTransform.Filters(weight.detach()));
        this.bias = bias?.detach().to(ScalarType.Float32, copy: true).contiguous().DetachFromDisposeScope();
        zero = zeros(sizes[1], ScalarType.Float32).DetachFromDisposeScope();
    }

    /// <summary>Whether there is this form of a convolution here.</summary>
    /// <param name="weight">Any filter bank.</param>
    /// <returns>True for [O, I, 3, 3], I a multiple of 16, O one of 192 or 16, 32, 48, 64 or 96, 32-bit floats on a CPU for which libtorch has oneDNN.</returns>
    public static bool CanRun(Tensor weight)
    {
        ArgumentNullException.ThrowIfNull(weight);
        return weight.shape is [> 0 and var outputs, > 0 and var inputs, 3, 3]
            && inputs % WinogradTransform.Width == 0 && WinogradProducts.IsUsual(outputs)
            && weight.dtype == ScalarType.Float32 && weight.device_type == DeviceType.CPU
            && OneDnn.IsAvailable && TensorMemory.IsReachable;
    }

    /// <summary>Input channels, I.</summary>
    public int InputChannels { get; }

    /// <summary>Output channels, O.</summary>
    public int OutputChannels { get; }

    /// <summary>Applied to the result.</summary>
    public FusedActivation Activation { get; }

    /// <summary>Tiles that a batch of maps takes: each costs as much as four outputs of a direct convolution.</summary>
    /// <param name="batch">N.</param>
    /// <param name="height">Rows of an output map.</param>
    /// <param name="width">Columns of an output map.</param>
    /// <returns>N times the tiles of 4 x 4 outputs that cover a map.</returns>
    public static long Tiles(long batch, long height, long width) => batch * new WinogradGrid(height, width, 1).Tiles;

    /// <summary>activation(convolution(x) + bias).</summary>
    /// <param name="x">[N, I, H, W], 32-bit floats; channels-last is taken as it is.</param>
    /// <returns>[N, O, R H, R W], channels-last. The caller disposes it.</returns>
    /// <exception cref="ShapeException"><paramref name="x"/> is not such a batch.</exception>
    public Tensor Forward(Tensor x)
    {
        var sizes = Check(x);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var (height, width) = (repetition * sizes[2], repetition * sizes[3]);
        var byPixel = empty([sizes[0], height, width, OutputChannels], ScalarType.Float32);
        Run(x, sizes, byPixel, adds: false);
        return byPixel.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    /// <summary>sum += convolution(x) + bias, in place: the end of a residual branch.</summary>
    /// <param name="sum">[N, O, R H, R W], 32-bit floats; changed.</param>
    /// <param name="x">[N, I, H, W], 32-bit floats.</param>
    /// <exception cref="ShapeException">A tensor is not of that shape.</exception>
    /// <exception cref="InvalidOperationException">The convolution has an activation, which would have to stand before the sum.</exception>
    public void AddTo(Tensor sum, Tensor x)
    {
        if (Activation != FusedActivation.None)
        {
            throw new InvalidOperationException($"A convolution with {Activation} cannot add to a sum.");
        }

        var sizes = Check(x);
        Shapes.Require(sum, [sizes[0], OutputChannels, repetition * sizes[2], repetition * sizes[3]], "[N, O, R H, R W]");
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        if (sum.dtype == ScalarType.Float32 && sum.device_type == DeviceType.CPU && ChannelsLast.Is(sum))
        {
            Run(x, sizes, sum, adds: true);
        }
        else
        {
            sum.PlusInPlace(Forward(x).to(sum.dtype));
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        products.Dispose();
        bias?.Dispose();
        zero.Dispose();
    }

    private long[] Check(Tensor x)
    {
        var sizes = Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[N, I, H, W]");
        return x.dtype == ScalarType.Float32 && x.device_type == DeviceType.CPU && sizes.All(size => size > 0)
            ? sizes
            : throw new ShapeException($"x must be 32-bit floats on the CPU with a pixel or more, but is {Shapes.Format(sizes)} {x.dtype} on {x.device}.");
    }

    private void Run(Tensor x, long[] sizes, Tensor maps, bool adds)
    {
        var input = ChannelsLast.HasStrides(x, sizes) ? x : ChannelsLast.Of(x);
        var grid = new WinogradGrid(repetition * sizes[2], repetition * sizes[3], repetition);
        var work = new Work(this, grid, (float*)TensorMemory.AddressOf(input), (float*)TensorMemory.AddressOf(maps), adds);
        var tiles = sizes[0] * grid.Tiles;
        var most = Math.Clamp(BlockBytes / (WinogradTransform.Products * sizeof(float) * (InputChannels + OutputChannels)), FewestTiles, MostTiles);

        // Blocks of one size where that takes no more of them: each size may be another layout of the filters.
        var atATime = (tiles + ((tiles + most - 1) / most) - 1) / ((tiles + most - 1) / most);
        for (long first = 0; first < tiles; first += atATime)
        {
            work.Block(first, Math.Min(atATime, tiles - first));
        }

        GC.KeepAlive(input);
        GC.KeepAlive(maps);
    }

    private sealed class Work(WinogradConvolution owner, WinogradGrid grid, float* input, float* maps, bool adds)
    {
        private readonly float* input = input, maps = maps;
        private readonly float* zeros = (float*)TensorMemory.AddressOf(owner.zero);
        private readonly float* bias = owner.bias is null ? null : (float*)TensorMemory.AddressOf(owner.bias);

        public void Block(long first, long count)
        {
            var (inputs, outputs) = (owner.InputChannels, owner.OutputChannels);
            using var tiles = empty([count, WinogradTransform.Products, inputs], ScalarType.Float32);
            var transformed = (float*)TensorMemory.AddressOf(tiles);
            ComputeThreads.For(count, Grain(inputs), (begin, end) => WinogradTransform.Input(
                input, inputs, zeros, grid, first + begin, first + end, transformed + (begin * WinogradTransform.Products * inputs)));
            using var multiplied = owner.products.Multiply(tiles);
            var products = (float*)TensorMemory.AddressOf(multiplied);
            ComputeThreads.For(count, Grain(outputs), (begin, end) => WinogradTransform.Output(
                products + (begin * WinogradTransform.Products * outputs), outputs, bias, owner.Activation, adds, grid, first + begin, first + end, maps));
            GC.KeepAlive(owner);
        }

        private static long Grain(int channels) => Math.Max(1, GrainElements / (WinogradTransform.Products * channels));
    }
}
