using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>E-SPA, causal: from the kernel e^(−γ₀|i−j|) to e^(−γ|i−j|), γ below γ₀, in closed form at any length.</summary>
/// <remarks>
/// With λ = e^−γ, λ₀ = e^−γ₀ (0 for the identity), α(γ) = √(1 − λ²), r = α / α₀ and δ = λ − λ₀: A₀₀ = 1, Aᵢ₀ = λ^(i−1) (δ + (1 − r) λ₀),
/// Aᵢⱼ = r δ λ^(i−j−1) and Aᵢᵢ = r. So the bias is that of ALiBi with slope γ, a bonus on the diagonal and one on the first position. The
/// logarithm is taken of the factors, never of A, whose entries underflow in 32 bits at a distance of some hundred positions.
/// </remarks>
public sealed class CausalExponentialSpa : SpaLayer
{
    private const int PieceEntries = 1 << 20;

    private readonly double _logDiagonal;
    private readonly double _logStep;
    private readonly double _logFirst;

    /// <summary>The layer between two decays.</summary>
    /// <param name="previousDecay">γ₀, above <paramref name="decay"/>; positive infinity for the first layer, whose input has the identity as its kernel.</param>
    /// <param name="decay">γ, above 0, finite.</param>
    /// <exception cref="ConfigurationException">The decays do not fall.</exception>
    public CausalExponentialSpa(double previousDecay, double decay)
    {
        Require(previousDecay, decay);
        (PreviousDecay, Decay) = (previousDecay, decay);
        var previous = Math.Exp(-previousDecay);

        // 1 − λ² and δ by expm1: they are differences of numbers that are almost the same.
        var previousInnovation = double.IsPositiveInfinity(previousDecay) ? 1 : -ExpMinusOne.Of(-2 * previousDecay);
        var squaredRatio = -ExpMinusOne.Of(-2 * decay) / previousInnovation;
        var fall = double.IsPositiveInfinity(previousDecay) ? 1 : -ExpMinusOne.Of(decay - previousDecay);
        var ratio = Math.Sqrt(squaredRatio);
        var rest = double.IsPositiveInfinity(previousDecay)
            ? Math.Exp(-2 * decay)
            : -Math.Exp(-2 * decay) * ExpMinusOne.Of(2 * (decay - previousDecay)) / previousInnovation;
        var step = Math.Exp(-decay) * fall;
        _logDiagonal = 0.5 * Math.Log(squaredRatio);
        _logStep = _logDiagonal - decay + Math.Log(fall);
        _logFirst = Math.Log(step + (rest / (1 + ratio) * previous));
    }

    /// <summary>γ₀ of the kernel that comes in; positive infinity for the identity.</summary>
    public double PreviousDecay { get; }

    /// <summary>γ of the kernel that goes out.</summary>
    public double Decay { get; }

    /// <inheritdoc/>
    public override bool IsCausal => true;

    /// <summary>Refuses decays that are no pair of kernels.</summary>
    internal static void Require(double previousDecay, double decay)
    {
        if (!(decay > 0) || !double.IsFinite(decay))
        {
            throw new ConfigurationException($"{nameof(CausalExponentialSpa)}.{nameof(Decay)}", "a finite number above 0", decay);
        }

        if (!(previousDecay > decay))
        {
            throw new ConfigurationException($"{nameof(CausalExponentialSpa)}.{nameof(PreviousDecay)}", $"above the layer's own decay {decay}", previousDecay);
        }
    }

    internal override Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device)
    {
        // Each row of a Toeplitz matrix is the same vector, seen one place further on.
        var diagonals = new double[queries + keys - 1];
        for (long m = 0; m < diagonals.LongLength; m++)
        {
            diagonals[m] = LogDiagonal(firstQuery + queries - 1 - m);
        }

        var first = new double[queries];
        for (long row = 0; row < queries; row++)
        {
            first[row] = LogFirst(firstQuery + row);
        }

        using var scope = NewDisposeScope();
        var bias = empty([queries, keys], type == ScalarType.Float64 ? ScalarType.Float64 : ScalarType.Float32);
        if (type == ScalarType.Float64)
        {
            Fill<double>(bias, diagonals, first);
        }
        else
        {
            Fill<float>(bias, Array.ConvertAll(diagonals, entry => (float)entry), Array.ConvertAll(first, entry => (float)entry));
        }

        return bias.to(type, device).MoveToOuterDisposeScope();
    }

    // Rows are copied by this thread alone: a block is small, and to wait for other threads at each step would cost more.
    private static void Fill<T>(Tensor bias, T[] diagonals, T[] first)
        where T : unmanaged
    {
        var keys = diagonals.Length - first.Length + 1;
        var rows = Math.Max(1, PieceEntries / keys);
        for (var start = 0; start < first.Length; start += rows)
        {
            // In pieces, since a span has fewer than 2³¹ bytes.
            var count = Math.Min(rows, first.Length - start);
            using var piece = bias.narrow(0, start, count);
            var entries = MemoryMarshal.Cast<byte, T>(piece.bytes);
            for (var row = 0; row < count; row++)
            {
                diagonals.AsSpan(first.Length - 1 - start - row, keys).CopyTo(entries.Slice(row * keys, keys));
                entries[row * keys] = first[start + row];
            }
        }
    }

    internal override double[] RowSumValues(long firstQuery, long queries)
    {
        var sums = new double[queries];
        double diagonal = Math.Exp(_logDiagonal), step = Math.Exp(_logStep);
        for (long row = 0; row < queries; row++)
        {
            var i = firstQuery + row;
            sums[row] = i == 0 ? 1 : Math.Exp(LogFirst(i)) + (step * ExpMinusOne.Of(-(i - 1) * Decay) / ExpMinusOne.Of(-Decay)) + diagonal;
        }

        return sums;
    }

    internal override void Mix(double[] rows, int length, int columns)
    {
        // What the positions before i give falls by λ from one position to the next.
        double decay = Math.Exp(-Decay), diagonal = Math.Exp(_logDiagonal), step = Math.Exp(_logStep), first = Math.Exp(_logFirst);
        var before = new double[columns];
        for (var i = 0; i < length; i++)
        {
            var row = rows.AsSpan(i * columns, columns);
            var (own, next) = i == 0 ? (1.0, first) : (diagonal, step);
            for (var c = 0; c < columns; c++)
            {
                var x = row[c];
                row[c] = (own * x) + before[c];
                before[c] = (decay * before[c]) + (next * x);
            }
        }
    }

    // log A for i − j, where j is not the first position.
    private double LogDiagonal(long distance) =>
        distance < 0 ? double.NegativeInfinity : distance == 0 ? _logDiagonal : _logStep - ((distance - 1) * Decay);

    private double LogFirst(long position) => position == 0 ? 0 : _logFirst - ((position - 1) * Decay);
}
