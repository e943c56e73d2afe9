using System.Collections.Concurrent;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nn;

// I input and O output channels, T tiles

/// <summary>The 36 products of transformed tiles and filters: one 1 x 1 convolution of 36 groups.</summary>
/// <remarks>
/// libtorch 2.10's grouped convolution of oneDNN gives wrong numbers on processors with AVX-512 where its blocks of output channels do not
/// fill a group: always for 80, 112, 176 or 208 outputs, for some numbers of pixels for 320. So only counts that blocks fill are
/// <see cref="IsUsual"/>, and each number of tiles is tried once, on made up numbers, against sums over the filters.
/// </remarks>
internal sealed class WinogradProducts : IDisposable
{
    private const double Tolerance = 1e-3;
    private readonly ConcurrentDictionary<long, bool> isRight = new();
    private readonly PackedConvolution packed;
    private readonly Tensor mixture;
    private readonly Tensor mixed;
    private readonly int inputs;
    private readonly int outputs;

    /// <param name="filters">[36 O, I, 1, 1].</param>
    public WinogradProducts(Tensor filters)
    {
        using var scope = NewDisposeScope();
        (outputs, inputs) = ((int)(filters.shape[0] / WinogradTransform.Products), (int)filters.shape[1]);
        packed = new PackedConvolution(filters, geometry: new ConvolutionGeometry { Groups = WinogradTransform.Products });
        using Scalar end = outputs;
        mixture = arange(end, ScalarType.Float32).cos_().DetachFromDisposeScope();
        mixed = filters.reshape(WinogradTransform.Products, outputs, inputs).mul(mixture.reshape(-1, 1)).sum(1).DetachFromDisposeScope();
    }

    /// <summary>Whether oneDNN's blocks fill a group of so many outputs, whichever it takes of 16, 32, 48 and 64.</summary>
    public static bool IsUsual(long outputs) => outputs % 192 == 0 || outputs is 16 or 32 or 48 or 64 or 96;

    /// <summary>The products.</summary>
    /// <param name="tiles">[T, 36, I].</param>
    /// <returns>[T, 36, O]. The caller disposes it.</returns>
    /// <exception cref="DeepException">oneDNN computes them wrongly on this processor.</exception>
    public Tensor Multiply(Tensor tiles)
    {
        var count = tiles.shape[0];
        return isRight.GetOrAdd(count, IsRight)
            ? Grouped(tiles, count)
            : throw new DeepException(
                $"oneDNN's grouped convolution of {inputs} and {outputs} channels is wrong on this processor: set DEEP_PLAIN_TENSORS to 1 to do without it.");
    }

    public void Dispose()
    {
        packed.Dispose();
        mixture.Dispose();
        mixed.Dispose();
    }

    private Tensor Grouped(Tensor tiles, long count)
    {
        using var rows = tiles.view(1, 1, count, WinogradTransform.Products * inputs);
        using var picture = rows.permute(0, 3, 1, 2);
        using var products = packed.Forward(picture);
        using var byPixel = products.permute(0, 2, 3, 1);
        return byPixel.view(count, WinogradTransform.Products, outputs);
    }

    private bool IsRight(long count)
    {
        using var scope = NewDisposeScope();
        using Scalar end = count * WinogradTransform.Products * inputs;
        var tiles = arange(end, ScalarType.Float32).sin_().view(count, WinogradTransform.Products, inputs);
        var (found, expected) = (Grouped(tiles, count).mul(mixture).sum(-1), tiles.mul(mixed).sum(-1));
        return found.sub(expected).norm().item<float>() <= Tolerance * expected.norm().item<float>();
    }
}
