using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// N batch, C input and O output channels, H x W pixels, a, b row and column of a phase

/// <summary>Each pixel repeated twice along both axes, then a 3 x 3 convolution: as four 2 x 2 convolutions before the repetition.</summary>
/// <remarks>
/// An output pixel of row 2 i + a sees rows i - 1 + a and i + a only, so taps that meet the same row are added once:
/// w0 and w1 + w2 for a = 0, w0 + w1 and w2 for a = 1; columns likewise. 16 taps in the place of 36; Winograd's filtering takes 9.
/// </remarks>
internal sealed class PhaseConvolution : IDisposable
{
    private static readonly ConvolutionGeometry Around = new() { Padding = 1 };
    private readonly PackedConvolution[] phases;
    private readonly WinogradChoice winograd;

    /// <param name="weight">[O, C, 3, 3].</param>
    /// <param name="bias">[O].</param>
    /// <param name="activation">Stands after it.</param>
    /// <param name="precision">To compute in.</param>
    public PhaseConvolution(Tensor weight, Tensor bias, FusedActivation activation, Precision precision)
    {
        using var scope = NewDisposeScope();
        phases = [.. from a in Enumerable.Range(0, 2) from b in Enumerable.Range(0, 2) select Phase(a, b)];
        winograd = new WinogradChoice(weight, bias, precision, activation, repetition: 2);

        PackedConvolution Phase(int a, int b) => new(Pair(Pair(weight, 2, a), 3, b), bias, Around, activation, precision);
    }

    /// <summary>activation(convolution(repeated x)).</summary>
    /// <param name="x">[N, C, H, W], channels-last.</param>
    /// <returns>[N, O, 2 H, 2 W], channels-last. The caller disposes it.</returns>
    public Tensor Forward(Tensor x)
    {
        if (winograd.For(x) is { } fast)
        {
            return fast.Forward(x);
        }

        using var scope = NewDisposeScope();
        var (batch, height, width, outputs) = (x.shape[0], x.shape[2], x.shape[3], phases[0].OutputChannels);
        var rows = empty([batch, 2 * height, 2 * width, outputs], x.dtype, x.device);
        var byPhase = rows.view(batch, height, 2, width, 2, outputs);
        for (var phase = 0; phase < 4; phase++)
        {
            using var phaseScope = NewDisposeScope();
            var (a, b) = (phase / 2, phase % 2);
            var pixels = phases[phase].Forward(x).permute(0, 2, 3, 1); // [N, H + 1, W + 1, O]
            byPhase.select(2, a).select(3, b).copy_(pixels.narrow(1, a, height).narrow(2, b, width));
        }

        return rows.permute(0, 3, 1, 2).MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        foreach (var phase in phases)
        {
            phase.Dispose();
        }

        winograd.Dispose();
    }

    private static Tensor Pair(Tensor weight, int axis, int phase)
    {
        var (first, middle, last) = (weight.narrow(axis, 0, 1), weight.narrow(axis, 1, 1), weight.narrow(axis, 2, 1));
        return phase == 0 ? cat([first, middle.Plus(last)], axis) : cat([first.Plus(middle), last], axis);
    }
}
