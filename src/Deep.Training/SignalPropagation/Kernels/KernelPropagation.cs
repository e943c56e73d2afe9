namespace Deep.Training.SignalPropagation;

// T positions, L layers

/// <summary>How attention and activations carry the kernel through a network without shortcuts, in the limit of infinite width.</summary>
/// <remarks>
/// Each block takes K to A K Aᵀ with its attention and then each correlation c to C(c) with its activations, while q stays: exact for
/// activations with φ(a x) = a φ(x) for a above 0, such as the tailored leaky ReLU, and for others where q is 1. All weights are orthogonal,
/// or normal with variance 1 / fan-in, and independent. 64 bits; time L · T² for the closed forms. Immutable and safe for many threads.
/// </remarks>
public sealed class KernelPropagation
{
    private readonly IReadOnlyList<SpaLayer?> _layers;
    private readonly Func<double, double>? _correlationMap;
    private readonly int _activations;
    private readonly SpaRescale _rescale;

    /// <summary>The theory of a network.</summary>
    /// <param name="layers">The attention of each block; null where a position sees only itself, as in Value-SkipInit at initialisation.</param>
    /// <param name="correlationMap">C of the activation, such as <see cref="TailoredLeakyRelu.CorrelationMap"/>; null for none.</param>
    /// <param name="activations">How often the activation is applied in a block, 0 or more.</param>
    /// <param name="rescale">What multiplies the attention's output.</param>
    /// <exception cref="ConfigurationException">There are no layers, or the number of activations is negative.</exception>
    public KernelPropagation(
        IReadOnlyList<SpaLayer?> layers, Func<double, double>? correlationMap = null, int activations = 1, SpaRescale rescale = SpaRescale.Published)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count == 0)
        {
            throw new ConfigurationException(nameof(layers), "one attention or more", "an empty list");
        }

        if (activations < 0)
        {
            throw new ConfigurationException(nameof(activations), "0 or more", activations);
        }

        (_layers, _correlationMap, _activations, _rescale) = ([.. layers], correlationMap, activations, rescale);
    }

    /// <summary>The kernel after each block, for an input whose positions are independent (all tokens different, embeddings of unit variance).</summary>
    /// <param name="length">T, 1 or more.</param>
    /// <returns>L states, computed as they are read.</returns>
    /// <exception cref="ShapeException">A layer is made for another length.</exception>
    public IEnumerable<KernelState> Propagate(int length)
    {
        if (length < 1)
        {
            throw new ShapeException($"A kernel needs 1 position or more, but {length} were asked for.");
        }

        var identity = new double[length, length];
        for (var i = 0; i < length; i++)
        {
            identity[i, i] = 1;
        }

        return Propagate(identity);
    }

    /// <summary>The kernel after each block, for a given input.</summary>
    /// <param name="kernel">[T, T], symmetric, with a diagonal above 0: for token embeddings of unit variance, 1 where two positions hold the same token, else 0.</param>
    /// <returns>L states, computed as they are read.</returns>
    /// <exception cref="ShapeException">The kernel is not square, or a layer is made for another length.</exception>
    public IEnumerable<KernelState> Propagate(double[,] kernel) => Propagate(kernel, rescaling: null);

    /// <summary>The kernel after each block, for a given input and given factors in the place of <see cref="SpaRescale"/>'s.</summary>
    /// <param name="kernel">[T, T], as in the other form.</param>
    /// <param name="rescaling">L lists of T factors, such as those of <see cref="ExactRescaling(double[,])"/> for another kernel; null for none.</param>
    /// <returns>L states, computed as they are read.</returns>
    /// <exception cref="ShapeException">The kernel is not square, or a layer or the factors are made for another length.</exception>
    public IEnumerable<KernelState> Propagate(double[,] kernel, IReadOnlyList<double[]>? rescaling)
    {
        ArgumentNullException.ThrowIfNull(kernel);
        var length = kernel.GetLength(0);
        if (length == 0 || kernel.GetLength(1) != length)
        {
            throw new ShapeException($"A kernel is square, but this one is [{length}, {kernel.GetLength(1)}].");
        }

        if (_layers.FirstOrDefault(l => l?.Length is { } made && made != length) is { } other)
        {
            throw new ShapeException($"The kernel has {length} positions, but a layer is made for {other.Length}.");
        }

        if (rescaling is not null && (rescaling.Count != _layers.Count || rescaling.Any(factors => factors.Length != length)))
        {
            throw new ShapeException($"The kernel wants {_layers.Count} lists of {length} factors, but got {rescaling.Count} of {(rescaling.Count == 0 ? 0 : rescaling[0].Length)}.");
        }

        return States([.. kernel.Cast<double>()], length, rescaling);
    }

    /// <summary>The kernel-exact factors of each block: 1 / √((P K Pᵀ)ᵢᵢ) with P = softmax(B), in the place of the row sums.</summary>
    /// <remarks>Where all layers are causal, a longer length only adds factors to those of a shorter one. They do not depend on data.</remarks>
    /// <param name="length">T, 1 or more.</param>
    /// <returns>L lists of T factors.</returns>
    /// <exception cref="ShapeException">A layer is made for another length.</exception>
    public IReadOnlyList<double[]> ExactRescaling(int length) =>
        [.. new KernelPropagation(_layers, _correlationMap, _activations, SpaRescale.KernelExact).Propagate(length).Select(state => state.Rescaling.ToArray())];

    /// <summary>The same for an input whose positions are alike already, from their sums with position encodings or from tokens that come again.</summary>
    /// <param name="kernel">[T, T], the expected kernel of the input: symmetric, with a diagonal above 0.</param>
    /// <returns>L lists of T factors.</returns>
    /// <exception cref="ShapeException">The kernel is not square, or a layer is made for another length.</exception>
    public IReadOnlyList<double[]> ExactRescaling(double[,] kernel) =>
        [.. new KernelPropagation(_layers, _correlationMap, _activations, SpaRescale.KernelExact).Propagate(kernel).Select(state => state.Rescaling.ToArray())];

    private IEnumerable<KernelState> States(double[] kernel, int length, IReadOnlyList<double[]>? given)
    {
        for (var l = 0; l < _layers.Count; l++)
        {
            var (next, rescaling) = Attended(_layers[l], kernel, length, given?[l]);
            Activate(next, length);
            kernel = next;
            yield return new(l + 1, next, rescaling);
        }
    }

    private (double[] Kernel, double[] Rescaling) Attended(SpaLayer? layer, double[] kernel, int length, double[]? given)
    {
        var next = (double[])kernel.Clone();
        layer?.Mix(next, length, length);
        Transpose(next, length);
        layer?.Mix(next, length, length);
        var rescaling = layer?.RowSumValues(0, length) ?? [.. Enumerable.Repeat(1.0, length)];
        if (given is not null || _rescale == SpaRescale.KernelExact)
        {
            double[] factors = [.. Enumerable.Range(0, length).Select(i => given is null ? 1 / Math.Sqrt(next[(i * length) + i]) : given[i] / rescaling[i])];
            for (var i = 0; i < length; i++)
            {
                rescaling[i] *= factors[i];
                for (var j = 0; j < length; j++)
                {
                    next[(i * length) + j] *= factors[i] * factors[j];
                }
            }
        }

        return (next, rescaling);
    }

    private void Activate(double[] kernel, int length)
    {
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                // Both halves get one number: rounding must not make the kernel unsymmetric.
                double size = Math.Sqrt(kernel[(i * length) + i] * kernel[(j * length) + j]), c = kernel[(i * length) + j] / size;
                for (var n = 0; n < _activations && _correlationMap is not null; n++)
                {
                    c = _correlationMap(Math.Clamp(c, -1, 1));
                }

                kernel[(i * length) + j] = kernel[(j * length) + i] = c * size;
            }
        }
    }

    private static void Transpose(double[] matrix, int length)
    {
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                (matrix[(i * length) + j], matrix[(j * length) + i]) = (matrix[(j * length) + i], matrix[(i * length) + j]);
            }
        }
    }
}
