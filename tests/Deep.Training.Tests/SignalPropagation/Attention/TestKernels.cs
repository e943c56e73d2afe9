using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

/// <summary>Target kernels, and shaped attention straight from its definition.</summary>
internal static class TestKernels
{
    /// <summary>e^(−γ|i−j|) as [T, T] in 64 bits.</summary>
    public static Tensor Exponential(double decay, int length)
    {
        var places = arange(length, ScalarType.Float64);
        return (places.unsqueeze(1) - places.unsqueeze(0)).abs().Times(-decay).exp();
    }

    /// <summary>(1 − ρ) I + ρ 11ᵀ as [T, T] in 64 bits.</summary>
    public static Tensor Uniform(double correlation, int length) =>
        eye(length, dtype: ScalarType.Float64).Times(1 - correlation).Plus(correlation);

    /// <summary>L L₀⁻¹ with Cholesky factors.</summary>
    public static Tensor CholeskyAttention(Tensor previous, Tensor next) =>
        GuardedMatMul.MatMul(linalg.cholesky(next), linalg.inv(linalg.cholesky(previous)));

    public static Tensor Matrix(SpaLayer layer, int length)
    {
        var values = new double[length * length];
        Buffer.BlockCopy(layer.Matrix(length), 0, values, 0, values.Length * sizeof(double));
        return tensor(values, [length, length]);
    }

    public static double Distance(Tensor a, Tensor b) => (a - b).abs().max().item<double>();

    /// <summary>D · softmax(q kᵀ / √d + logits + B) v by plain operators.</summary>
    public static Tensor PlainAttend(
        SpaLayer layer, Tensor query, Tensor key, Tensor value, long firstQuery, Tensor? rescale = null, Tensor? logits = null)
    {
        long queries = query.shape[2], keys = key.shape[2];
        var scores = GuardedMatMul.MatMul(query, key.transpose(2, 3)).Times(1 / Math.Sqrt(query.shape[3]))
            .Plus(layer.Bias(firstQuery, queries, keys, query.dtype, CPU));
        scores = logits is null ? scores : scores.Plus(logits);
        var factor = rescale ?? layer.RowSums(firstQuery, queries, query.dtype, CPU);
        return GuardedMatMul.MatMul(scores.softmax(-1), value) * factor.unsqueeze(-1);
    }
}
