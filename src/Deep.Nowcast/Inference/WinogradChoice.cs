using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// N images, O output and C input channels, H x W pixels

/// <summary>Winograd's form of a convolution, made when a shape first wants it: it takes four times the memory of the weights.</summary>
internal sealed class WinogradChoice : IDisposable
{
    // Below, the transformed filters are read longer than multiplied with.
    private const long FewestTiles = 32;

    // Below, transforms take as long as they save.
    private const long FewestChannels = 48;
    private readonly Lock making = new();
    private readonly FusedActivation activation;
    private readonly int repetition;
    private readonly Tensor? bias;
    private Tensor? weight;
    private volatile WinogradConvolution? made;

    /// <param name="weight">[O, C, k, k].</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="precision">To compute in: there is a choice in 32-bit floats only.</param>
    /// <param name="activation">Stands after it.</param>
    /// <param name="repetition">How often a pixel is repeated along both axes before the convolution.</param>
    public WinogradChoice(Tensor weight, Tensor? bias, Precision precision, FusedActivation activation, int repetition = 1)
    {
        (this.activation, this.repetition) = (activation, repetition);
        if (precision == Precision.Float32 && WinogradConvolution.CanRun(weight) && Math.Min(weight.shape[0], weight.shape[1]) >= FewestChannels)
        {
            this.weight = weight.detach().clone().DetachFromDisposeScope();
            this.bias = bias?.detach().clone().DetachFromDisposeScope();
        }
    }

    /// <summary>The form for a batch, or null where the direct one is faster.</summary>
    /// <param name="x">[N, C, H, W].</param>
    public WinogradConvolution? For(Tensor x)
    {
        if ((weight is null && made is null) || !IsFaster(x.shape))
        {
            return null;
        }

        lock (making)
        {
            if (made is null && weight is not null)
            {
                made = new WinogradConvolution(weight, bias, activation, repetition);
                weight.Dispose();
                weight = null;
            }
        }

        return made;
    }

    public void Dispose()
    {
        weight?.Dispose();
        bias?.Dispose();
        made?.Dispose();
    }

    private bool IsFaster(long[] sizes)
    {
        var (height, width) = (repetition * sizes[2], repetition * sizes[3]);
        var tiles = WinogradConvolution.Tiles(sizes[0], height, width);

        // 36 products of a tile beside 9 of each pixel it covers, or 4 of a repeated one: maps of odd sides fill their tiles badly.
        return tiles >= FewestTiles && 36 * tiles * 3 < (repetition == 1 ? 9 : 4) * sizes[0] * height * width * 2;
    }
}
