using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>U-SPA, causal: from the kernel (1 − ρ₀) I + ρ₀ 11ᵀ to the same with ρ above ρ₀, in closed form at any length.</summary>
/// <remarks>
/// The Cholesky factor of such a kernel has one number c_j below the diagonal of each column and d_j on it. With e_j = c_j / d⁰_j,
/// τ_i = (d_i / d⁰_i) / (1 + (i − 1) ρ₀) and E_i = Σ e_k / (1 + (k − 1) ρ₀) over 0 &lt; k &lt; i: A_ij = u_j − w_i for j &lt; i, with
/// u_j = e_j + ρ₀ E_(j+1) and w_i = ρ₀ (τ_i + E_i); A_ii = d_i / d⁰_i; the row sums are ρ + (1 − ρ₀) (τ_i + E_i). The differences are
/// small beside what they are taken of, so u and w are kept with their rounding errors. The method is that of "Deep Transformers without
/// Shortcuts" (2302.10322), the closed form this suite's.
/// </remarks>
public sealed class CausalUniformSpa : SpaLayer
{
    /// <summary>The layer between two correlations.</summary>
    /// <param name="previousCorrelation">ρ₀: 0 for the first layer, whose input has the identity as its kernel.</param>
    /// <param name="correlation">ρ, above ρ₀ and below 1.</param>
    /// <exception cref="ConfigurationException">The correlations do not rise from 0 towards 1.</exception>
    public CausalUniformSpa(double previousCorrelation, double correlation) =>
        (PreviousCorrelation, Correlation) = UniformKernel.Checked(nameof(CausalUniformSpa), previousCorrelation, correlation);

    /// <summary>ρ₀ of the kernel that comes in.</summary>
    public double PreviousCorrelation { get; }

    /// <summary>ρ of the kernel that goes out.</summary>
    public double Correlation { get; }

    /// <inheritdoc/>
    public override bool IsCausal => true;

    internal override Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device)
    {
        using var scope = NewDisposeScope();
        var positions = Positions(Math.Max(keys, firstQuery + queries));
        var (columns, rows) = (positions[..(int)keys], positions.AsSpan((int)firstQuery, (int)queries).ToArray());
        var weights = Outer(columns, rows, wide => wide.High).PlusInPlace(Outer(columns, rows, wide => wide.Low)).tril(firstQuery - 1);
        weights.diagonal(firstQuery, 0, 1).copy_(tensor([.. rows.Take((int)Math.Min(queries, keys - firstQuery)).Select(p => p.Diagonal)]));

        // The logarithm in the dtype of use: A's relative rounding is the logarithm's absolute one. Zeros become minus infinity.
        return weights.to(type, device).log_().MoveToOuterDisposeScope();

        static Tensor Outer(Position[] columns, Position[] rows, Func<WideSum, double> part) =>
            tensor([.. columns.Select(p => part(p.Column))]).unsqueeze(0).sub(tensor([.. rows.Select(p => part(p.Row))]).unsqueeze(1));
    }

    internal override double[] RowSumValues(long firstQuery, long queries) =>
        [.. Positions(firstQuery + queries).Skip((int)firstQuery).Select(p => p.RowSum)];

    internal override void Mix(double[] rows, int length, int columns)
    {
        // z: what the positions before give to i. From i to i + 1 each of their weights falls by the same w_(i+1) − w_i.
        double[] given = new double[columns], sum = new double[columns];
        var positions = Positions(length + 1);
        for (var i = 0; i < length; i++)
        {
            var row = rows.AsSpan(i * columns, columns);
            var (own, fall, next) = (
                positions[i].Diagonal, positions[i].Row - positions[i + 1].Row, positions[i].Column - positions[i + 1].Row);
            for (var c = 0; c < columns; c++)
            {
                var x = row[c];
                row[c] = (own * x) + given[c];
                given[c] += (fall * sum[c]) + (next * x);
                sum[c] += x;
            }
        }
    }

    private Position[] Positions(long count)
    {
        var positions = new Position[count];
        WideSum before = default;
        for (var j = 0; j < positions.Length; j++)
        {
            var previous = UniformKernel.Diagonal(PreviousCorrelation, j);
            var spread = 1 + ((j - 1) * PreviousCorrelation);
            var own = UniformKernel.Diagonal(Correlation, j) / previous;
            var below = UniformKernel.Below(Correlation, j) / previous;
            var row = before + (own / spread);
            if (j > 0)
            {
                before += below / spread;
            }

            positions[j] = new(
                (before * PreviousCorrelation) + below, row * PreviousCorrelation, own,
                j == 0 ? 1 : Correlation + ((1 - PreviousCorrelation) * row.High));
        }

        return positions;
    }

    /// <summary>u_j, w_j, A_jj and the sum of row j.</summary>
    private readonly record struct Position(WideSum Column, WideSum Row, double Diagonal, double RowSum);
}
