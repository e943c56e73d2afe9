using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>Attention without shaping: at zero logits each query takes the mean of all keys that it sees. B is 0 and D is 1.</summary>
/// <remarks>Here so that the theory and the probe can show how it makes all positions alike. Immutable.</remarks>
/// <param name="isCausal">Whether a query sees only the keys up to its own position.</param>
public sealed class PlainAttention(bool isCausal = true) : SpaLayer
{
    /// <inheritdoc/>
    public override bool IsCausal { get; } = isCausal;

    internal override Tensor LogWeights(long firstQuery, long queries, long keys, ScalarType type, Device device)
    {
        using Scalar all = IsCausal ? double.NegativeInfinity : -Math.Log(keys);
        using var scope = NewDisposeScope();
        var whole = full([queries, keys], all, type, device);
        if (!IsCausal)
        {
            return whole.MoveToOuterDisposeScope();
        }

        var seen = tensor([.. Enumerable.Range(0, (int)queries).Select(row => -Math.Log(firstQuery + row + 1))]).unsqueeze(1).to(type, device);
        return whole.triu(firstQuery + 1).PlusInPlace(seen).MoveToOuterDisposeScope();
    }

    internal override double[] RowSumValues(long firstQuery, long queries) => [.. Enumerable.Repeat(1.0, (int)queries)];

    internal override void Mix(double[] rows, int length, int columns)
    {
        var sum = new double[columns];
        for (var i = 0; i < length; i++)
        {
            for (var c = 0; c < columns; c++)
            {
                sum[c] += rows[(i * columns) + c];
                rows[(i * columns) + c] = sum[c] / (i + 1);
            }
        }

        for (var i = 0; !IsCausal && i < length; i++)
        {
            for (var c = 0; c < columns; c++)
            {
                rows[(i * columns) + c] = sum[c] / length;
            }
        }
    }
}
