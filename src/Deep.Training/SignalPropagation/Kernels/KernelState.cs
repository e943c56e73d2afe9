namespace Deep.Training.SignalPropagation;

// T positions

/// <summary>The kernel of a network of infinite width after one of its blocks.</summary>
/// <remarks>K_ij is the mean over the width of x_i · x_j. Immutable.</remarks>
public sealed class KernelState
{
    private readonly double[] _kernel;

    internal KernelState(int layer, double[] kernel, double[] rescaling)
    {
        (Layer, _kernel, Rescaling, Length) = (layer, kernel, rescaling, rescaling.Length);
        SquaredNorms = [.. Enumerable.Range(0, Length).Select(i => kernel[(i * Length) + i])];
    }

    /// <summary>The number of the block, from 1.</summary>
    public int Layer { get; }

    /// <summary>T.</summary>
    public int Length { get; }

    /// <summary>q of each position: the mean square of its features.</summary>
    public IReadOnlyList<double> SquaredNorms { get; }

    /// <summary>What the block multiplied each position's attention by: the row sums of A, or the kernel-exact factors.</summary>
    public IReadOnlyList<double> Rescaling { get; }

    /// <summary>The mean of <see cref="SquaredNorms"/>.</summary>
    public double MeanSquaredNorm => SquaredNorms.Average();

    /// <summary>The mean cosine of neighbouring positions; 1 where there is one position.</summary>
    public double NeighbourCorrelation => Length < 2 ? 1 : Enumerable.Range(1, Length - 1).Average(i => Correlation(i - 1, i));

    /// <summary>The cosine of two positions.</summary>
    /// <param name="i">A position.</param>
    /// <param name="j">A position.</param>
    /// <exception cref="ShapeException">There is no such position.</exception>
    public double Correlation(int i, int j) => i == j ? 1 : this[i, j] / Math.Sqrt(this[i, i] * this[j, j]);

    /// <summary>K_ij.</summary>
    /// <param name="i">A position.</param>
    /// <param name="j">A position.</param>
    /// <exception cref="ShapeException">There is no such position.</exception>
    public double this[int i, int j] => i >= 0 && j >= 0 && i < Length && j < Length
        ? _kernel[(i * Length) + j]
        : throw new ShapeException($"The kernel has positions 0 to {Length - 1}, but [{i}, {j}] was asked for.");
}
