using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>Shaped attention that is not causal, over a fixed number of positions: A = Σ^½ Σ₀^−½ with symmetric roots.</summary>
/// <remarks>
/// Each row is divided by its own sum. Made by <see cref="SpaSchedule"/>. A's smallest entries are smaller than the rounding of its largest, and
/// then come out as zeros or tiny negative numbers: they are set to 2⁻⁵² of the row's largest, so that no position is masked for ever; that
/// changes the kernel by less than its own rounding. An entry that is really negative is an error: no softmax gives it.
/// </remarks>
public sealed class BidirectionalSpa : SpaLayer
{
    // Rounding of the roots, relative to the largest entry, with room for T and for small decays.
    private const double Rounding = 1e-11;

    private readonly double[] _logWeights;
    private readonly double[] _rowSums;

    private BidirectionalSpa(int length, double[] logWeights, double[] rowSums) => (Length, _logWeights, _rowSums) = (length, logWeights, rowSums);

    /// <inheritdoc/>
    public override bool IsCausal => false;

    /// <inheritdoc/>
    public override int? Length { get; }

    /// <summary>The layer whose matrix is given.</summary>
    /// <exception cref="ConfigurationException">An entry is negative beyond rounding.</exception>
    internal static BidirectionalSpa Of(double[] matrix, int length)
    {
        var (logs, sums) = (new double[matrix.Length], new double[length]);
        for (var i = 0; i < length; i++)
        {
            var row = matrix.AsSpan(i * length, length);
            var largest = 0.0;
            foreach (var entry in row)
            {
                largest = Math.Max(largest, entry);
            }

            for (var j = 0; j < length; j++)
            {
                if (!(row[j] >= -Rounding * largest))
                {
                    throw new ConfigurationException(
                        nameof(SpaSchedule), "a schedule whose attention matrices have no negative entries", FormattableString.Invariant($"{row[j]:G3} at [{i}, {j}]"));
                }

                var kept = Math.Max(row[j], largest * Math.ScaleB(1, -52));
                sums[i] += kept;
                logs[(i * length) + j] = Math.Log(kept);
            }
        }

        return new(length, logs, sums);
    }

    /// <summary>The layer whose row sums and logarithms are given as they are: softmax(B) times D.</summary>
    internal static BidirectionalSpa AsGiven(double[] bias, double[] rescaling)
    {
        var length = rescaling.Length;
        var logs = (double[])bias.Clone();
        for (var i = 0; i < length; i++)
        {
            // What the softmax makes of the row, times D.
            var row = logs.AsSpan(i * length, length);
            var sum = 0.0;
            foreach (var entry in row)
            {
                sum += Math.Exp(entry);
            }

            for (var j = 0; j < length; j++)
            {
                row[j] += Math.Log(rescaling[i] / sum);
            }
        }

        return new(length, logs, rescaling);
    }

    internal override Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device) =>
        tensor(_logWeights.AsSpan((int)(firstQuery * keys), (int)(queries * keys)).ToArray(), [queries, keys], type, device);

    internal override double[] RowSumValues(long firstQuery, long queries) => _rowSums.AsSpan((int)firstQuery, (int)queries).ToArray();

    internal override void Mix(double[] rows, int length, int columns)
    {
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var weights = LogWeights(0, length, length, ScalarType.Float64, CPU).exp_();
        weights.mm(tensor(rows, [length, columns])).data<double>().CopyTo(rows);
    }
}
