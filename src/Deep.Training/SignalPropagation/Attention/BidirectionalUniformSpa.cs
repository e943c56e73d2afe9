using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>U-SPA, not causal: from the kernel (1 − ρ₀) I + ρ₀ 11ᵀ over T positions to the same with ρ above ρ₀, in closed form.</summary>
/// <remarks>
/// The symmetric root of such a kernel keeps its two eigenspaces, so A = a I + b 11ᵀ with a = √((1 − ρ) / (1 − ρ₀)) and
/// a + T b = √((1 − ρ + T ρ) / (1 − ρ₀ + T ρ₀)), which is also each row's sum (2302.10322, with symmetric roots in the place of Cholesky factors).
/// </remarks>
public sealed class BidirectionalUniformSpa : SpaLayer
{
    private readonly double _own;
    private readonly double _other;
    private readonly double _sum;

    /// <summary>The layer between two correlations.</summary>
    /// <param name="previousCorrelation">ρ₀: 0 for the first layer, whose input has the identity as its kernel.</param>
    /// <param name="correlation">ρ, above ρ₀ and below 1.</param>
    /// <param name="length">T, the number of positions, 1 or more.</param>
    /// <exception cref="ConfigurationException">The correlations do not rise from 0 towards 1, or there are no positions.</exception>
    public BidirectionalUniformSpa(double previousCorrelation, double correlation, int length)
    {
        (PreviousCorrelation, Correlation) = UniformKernel.Checked(nameof(BidirectionalUniformSpa), previousCorrelation, correlation);
        if (length < 1)
        {
            throw new ConfigurationException($"{nameof(BidirectionalUniformSpa)}.{nameof(Length)}", "1 or more", length);
        }

        Length = length;
        var alone = Math.Sqrt((1 - correlation) / (1 - previousCorrelation));
        _sum = Math.Sqrt((1 - correlation + (length * correlation)) / (1 - previousCorrelation + (length * previousCorrelation)));
        _other = (_sum - alone) / length;
        _own = alone + _other;
    }

    /// <summary>ρ₀ of the kernel that comes in.</summary>
    public double PreviousCorrelation { get; }

    /// <summary>ρ of the kernel that goes out.</summary>
    public double Correlation { get; }

    /// <inheritdoc/>
    public override bool IsCausal => false;

    /// <inheritdoc/>
    public override int? Length { get; }

    internal override Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device)
    {
        using Scalar own = Math.Log(_own), other = Math.Log(_other);
        var bias = full([queries, keys], other, type, device);
        using var diagonal = bias.diagonal(firstQuery, 0, 1).fill_(own);
        return bias;
    }

    internal override double[] RowSumValues(long firstQuery, long queries) => [.. Enumerable.Repeat(_sum, (int)queries)];

    internal override void Mix(double[] rows, int length, int columns)
    {
        for (var c = 0; c < columns; c++)
        {
            var sum = 0.0;
            for (var i = 0; i < length; i++)
            {
                sum += rows[(i * columns) + c];
            }

            for (var i = 0; i < length; i++)
            {
                rows[(i * columns) + c] = ((_own - _other) * rows[(i * columns) + c]) + (_other * sum);
            }
        }
    }
}
