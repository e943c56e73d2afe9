using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Deep.Tensors;
using static TorchSharp.torch;
using Lanes = System.Runtime.Intrinsics.Vector512<float>;

namespace Deep.Nn;

// I input and O output channels, T tiles, 36 products of a tile

/// <summary>The three transforms of F(4 x 4, 3 x 3): Lavin and Gray (1509.09308), section 4.3, with other points.</summary>
/// <remarks>
/// Points are 0, ±3/4, ±3/2 and infinity in the place of 0, ±1, ±2 and infinity. Their powers are as exact in binary and lie closer
/// together, which makes the error about four times smaller: near twice that of summing the products one after another.
/// </remarks>
internal static unsafe class WinogradTransform
{
    /// <summary>Inputs of a tile along an axis, and products along it.</summary>
    public const int Inputs = WinogradGrid.Outputs + 2;

    /// <summary>Products of a tile.</summary>
    public const int Products = Inputs * Inputs;

    /// <summary>Channels that are computed at once.</summary>
    public const int Width = 16;

    private const long FiltersAtATime = 16384;

    private const float A = 0.75f, B = 1.5f, A2 = A * A, B2 = B * B;

    /// <summary>Transformed filters: G w G'.</summary>
    /// <param name="weight">[O, I, 3, 3].</param>
    /// <returns>[36 O, I, 1, 1], 32-bit floats: a 1 x 1 convolution of 36 groups. The caller disposes it.</returns>
    public static Tensor Filters(Tensor weight)
    {
        using var scope = NewDisposeScope();
        const double A2 = WinogradTransform.A2, B2 = WinogradTransform.B2, NearA = 2 * A2 * (A2 - B2), NearB = 2 * B2 * (B2 - A2);
        var axis = tensor(new[,]
        {
            { 1 / (A2 * B2), 0, 0 },
            { 1 / NearA, A / NearA, A2 / NearA },
            { 1 / NearA, -A / NearA, A2 / NearA },
            { 1 / NearB, B / NearB, B2 / NearB },
            { 1 / NearB, -B / NearB, B2 / NearB },
            { 0, 0, 1 },
        });
        var both = einsum("ai,bj->abij", axis, axis).reshape(Products, 9);
        var (outputs, inputs) = (weight.shape[0], weight.shape[1]);
        var banks = weight.reshape(outputs * inputs, 9);
        var filters = empty([Products, outputs * inputs], ScalarType.Float32);
        for (long first = 0; first < outputs * inputs; first += FiltersAtATime)
        {
            // Part by part: all of them in 64-bit floats would be eight times the weights.
            using var part = NewDisposeScope();
            var count = Math.Min(FiltersAtATime, (outputs * inputs) - first);
            filters.narrow(1, first, count).copy_(both.mm(banks.narrow(0, first, count).to(ScalarType.Float64).t()));
        }

        return filters.reshape(Products * outputs, inputs, 1, 1).MoveToOuterDisposeScope();
    }

    /// <summary>Transformed tiles of the input: B' d B.</summary>
    /// <param name="x">Maps, channels-last.</param>
    /// <param name="channels">I, a multiple of 16.</param>
    /// <param name="zeros">I zeros: what lies outside of a map.</param>
    /// <param name="grid">The tiles.</param>
    /// <param name="begin">The first tile.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="products">[tiles, 36, I], from the first tile on.</param>
    public static void Input(float* x, int channels, float* zeros, WinogradGrid grid, long begin, long end, float* products)
    {
        var pixels = stackalloc float*[Products];
        var scratch = stackalloc float[(Products + 1) * Width];
        var half = Aligned(scratch);
        for (var tile = begin; tile < end; tile++, products += Products * channels)
        {
            var (image, row, column) = grid.At(tile);
            for (var place = 0; place < Products; place++)
            {
                var source = grid.Source(image, row - 1 + (place / Inputs), column - 1 + (place % Inputs));
                pixels[place] = source < 0 ? zeros : x + (source * channels);
            }

            for (var channel = 0; channel < channels; channel += Width)
            {
                Input(pixels, channel, channels, half, products + channel);
            }
        }
    }

    /// <summary>Outputs from products: A' m A, bias, activation or sum.</summary>
    /// <param name="products">[tiles, 36, O], from the first tile on.</param>
    /// <param name="channels">O, a multiple of 16.</param>
    /// <param name="bias">[O], or null.</param>
    /// <param name="activation">Applied to the result.</param>
    /// <param name="adds">Whether it is added to what is there.</param>
    /// <param name="grid">The tiles.</param>
    /// <param name="begin">The first tile.</param>
    /// <param name="end">The one after the last.</param>
    /// <param name="y">Maps, channels-last.</param>
    public static void Output(
        float* products, int channels, float* bias, FusedActivation activation, bool adds, WinogradGrid grid, long begin, long end, float* y)
    {
        const int Places = WinogradGrid.Outputs * WinogradGrid.Outputs;
        var pixels = stackalloc float*[Places];
        var scratch = stackalloc float[((Inputs * WinogradGrid.Outputs) + 1) * Width];
        var half = Aligned(scratch);
        for (var tile = begin; tile < end; tile++, products += Products * channels)
        {
            var (image, row, column) = grid.At(tile);
            for (var place = 0; place < Places; place++)
            {
                var (down, across) = (row + (place / WinogradGrid.Outputs), column + (place % WinogradGrid.Outputs));
                pixels[place] = down < grid.Height && across < grid.Width
                    ? y + ((((image * grid.Height) + down) * grid.Width) + across) * channels
                    : null;
            }

            for (var channel = 0; channel < channels; channel += Width)
            {
                Output(products + channel, channels, half);
                var summand = bias == null ? Lanes.Zero : Vector512.Load(bias + channel);
                for (var across = 0; across < WinogradGrid.Outputs; across++)
                {
                    var at = half + across;
                    var (y0, y1, y2, y3) = Output(at[0], at[4], at[8], at[12], at[16], at[20]);
                    Store(pixels[across], channel, y0 + summand, activation, adds);
                    Store(pixels[across + 4], channel, y1 + summand, activation, adds);
                    Store(pixels[across + 8], channel, y2 + summand, activation, adds);
                    Store(pixels[across + 12], channel, y3 + summand, activation, adds);
                }
            }
        }
    }

    private static void Input(float** pixels, int channel, long stride, Lanes* half, float* products)
    {
        for (var row = 0; row < Products; row += Inputs)
        {
            (half[row], half[row + 1], half[row + 2], half[row + 3], half[row + 4], half[row + 5]) = Input(
                Vector512.Load(pixels[row] + channel), Vector512.Load(pixels[row + 1] + channel), Vector512.Load(pixels[row + 2] + channel),
                Vector512.Load(pixels[row + 3] + channel), Vector512.Load(pixels[row + 4] + channel), Vector512.Load(pixels[row + 5] + channel));
        }

        for (var column = 0; column < Inputs; column++)
        {
            var at = half + column;
            var to = products + (column * stride);
            var (v0, v1, v2, v3, v4, v5) = Input(at[0], at[6], at[12], at[18], at[24], at[30]);
            v0.Store(to);
            v1.Store(to + (6 * stride));
            v2.Store(to + (12 * stride));
            v3.Store(to + (18 * stride));
            v4.Store(to + (24 * stride));
            v5.Store(to + (30 * stride));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Lanes, Lanes, Lanes, Lanes, Lanes, Lanes) Input(Lanes d0, Lanes d1, Lanes d2, Lanes d3, Lanes d4, Lanes d5)
    {
        Lanes product = Vector512.Create(A2 * B2), sum = Vector512.Create(-(A2 + B2)), lessA = Vector512.Create(-A2), lessB = Vector512.Create(-B2);
        Lanes evenA = Fused(d2, lessB, d4), oddA = Fused(d1, lessB, d3) * A;
        Lanes evenB = Fused(d2, lessA, d4), oddB = Fused(d1, lessA, d3) * B;
        return (
            Fused(d0, product, Fused(d2, sum, d4)), evenA + oddA, evenA - oddA, evenB + oddB, evenB - oddB,
            Fused(d1, product, Fused(d3, sum, d5)));
    }

    // The rows of a tile's products, each to four.
    private static void Output(float* products, long stride, Lanes* half)
    {
        for (var row = 0; row < Inputs; row++, products += Inputs * stride, half += WinogradGrid.Outputs)
        {
            (half[0], half[1], half[2], half[3]) = Output(
                Vector512.Load(products), Vector512.Load(products + stride), Vector512.Load(products + (2 * stride)),
                Vector512.Load(products + (3 * stride)), Vector512.Load(products + (4 * stride)), Vector512.Load(products + (5 * stride)));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static (Lanes, Lanes, Lanes, Lanes) Output(Lanes m0, Lanes m1, Lanes m2, Lanes m3, Lanes m4, Lanes m5)
    {
        Lanes evenA = m1 + m2, oddA = m1 - m2, evenB = m3 + m4, oddB = m3 - m4;
        return (
            m0 + evenA + evenB,
            Fused(oddA, Vector512.Create(A), oddB * B),
            Fused(evenA, Vector512.Create(A2), evenB * B2),
            Fused(oddA, Vector512.Create(A * A2), Fused(oddB, Vector512.Create(B * B2), m5)));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* pixel, int channel, Lanes value, FusedActivation activation, bool adds)
    {
        if (pixel != null)
        {
            (adds ? value + Vector512.Load(pixel + channel) : VectorActivation.Apply(activation, value)).Store(pixel + channel);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Lanes Fused(Lanes x, Lanes factor, Lanes summand) => Vector512.MultiplyAddEstimate(x, factor, summand);

    // Vectors that straddle two cache lines would be read and written twice.
    private static Lanes* Aligned(float* scratch) => (Lanes*)(((nint)scratch + 63) & ~(nint)63);
}
