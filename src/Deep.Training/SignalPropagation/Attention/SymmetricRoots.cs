using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>The symmetric root of a kernel and its inverse, in 64 bits.</summary>
internal static class SymmetricRoots
{
    /// <summary>Σ^½ and Σ^−½ of Σ_ij = e^(−γ|i−j|), both [T, T]; the caller disposes them.</summary>
    public static (Tensor Root, Tensor InverseRoot) OfExponential(double decay, int length)
    {
        using var scope = NewDisposeScope();
        if (double.IsPositiveInfinity(decay))
        {
            return (eye(length, dtype: ScalarType.Float64).MoveToOuterDisposeScope(), eye(length, dtype: ScalarType.Float64).MoveToOuterDisposeScope());
        }

        var places = tensor([.. Enumerable.Range(0, length).Select(place => (double)place)]);
        var kernel = places.unsqueeze(1).sub(places.unsqueeze(0)).abs_().TimesInPlace(-decay).exp_();
        var (values, vectors) = linalg.eigh(kernel);

        // The smallest eigenvalue of this kernel is above (1 − λ) / (1 + λ): one that is not positive means that it was not resolved.
        var smallest = values.min().item<double>();
        if (!(smallest > 0))
        {
            throw new ConfigurationException("SpaSchedule decay", "large enough for a positive kernel in 64 bits", decay);
        }

        var root = values.sqrt();
        return (Rebuilt(vectors, root).MoveToOuterDisposeScope(), Rebuilt(vectors, root.reciprocal()).MoveToOuterDisposeScope());
    }

    private static Tensor Rebuilt(Tensor vectors, Tensor values) => vectors.mul(values.unsqueeze(0)).mm(vectors.t());
}
