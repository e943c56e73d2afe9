namespace Deep.Training.SignalPropagation;

/// <summary>What a kernel of positions comes to: how large the stream is, and how alike its positions are.</summary>
/// <param name="SquaredNorm">q: the mean over positions of the squared norm, divided by the width.</param>
/// <param name="NeighbourCosine">The mean cosine of positions i and i + 1.</param>
/// <param name="DistantCosine">The mean cosine of a position of the first quarter and one of the last.</param>
public sealed record SignalKernel(double SquaredNorm, double NeighbourCosine, double DistantCosine)
{
    /// <summary>Summarises a kernel.</summary>
    /// <param name="kernel">[T, T]: the inner products of positions, divided by the width; T is 2 or more.</param>
    /// <exception cref="ShapeException">The kernel is not square, or smaller.</exception>
    public static SignalKernel Of(double[,] kernel)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var length = kernel.GetLength(0);
        return length >= 2 && kernel.GetLength(1) == length
            ? Of(length, (i, j) => kernel[i, j])
            : throw new ShapeException($"kernel must be [T, T] with a T of 2 or more, but is [{length}, {kernel.GetLength(1)}].");
    }

    internal static SignalKernel Of(KernelState state) => Of(state.Length, (i, j) => state[i, j]);

    /// <summary>The positions that the first and the last quarter have.</summary>
    internal static int Quarter(long length) => (int)Math.Max(1, length / 4);

    private static SignalKernel Of(int length, Func<int, int, double> kernel)
    {
        var (squared, neighbours, distant) = (0.0, 0.0, 0.0);
        for (var i = 0; i < length; i++)
        {
            squared += kernel(i, i);
            neighbours += i > 0 ? Cosine(i - 1, i) : 0;
        }

        var quarter = Quarter(length);
        for (var i = 0; i < quarter; i++)
        {
            for (var j = length - quarter; j < length; j++)
            {
                distant += Cosine(i, j);
            }
        }

        return new SignalKernel(squared / length, neighbours / (length - 1), distant / (quarter * quarter));

        double Cosine(int i, int j) => kernel(i, j) / Math.Sqrt(kernel(i, i) * kernel(j, j));
    }
}
