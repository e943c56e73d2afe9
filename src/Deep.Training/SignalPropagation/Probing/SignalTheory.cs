using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// N items, T positions, d width

/// <summary>What the kernels of a new transformer are in theory: those of a network of infinite width behind the same embedding.</summary>
/// <remarks>
/// Known for blocks without skip and normalisation whose attention does not depend on the data at initialisation (plain,
/// E-SPA, U-SPA, Value-SkipInit, shaped) and whose activation is the tailored leaky ReLU.
/// </remarks>
public static class SignalTheory
{
    /// <summary>The kernels of the embedding and of each block.</summary>
    /// <param name="config">The transformer.</param>
    /// <param name="embedded">[N, T, d]: the stream that enters the first block.</param>
    /// <returns>One more than there are layers, means over the items; null where the theory does not know the block.</returns>
    /// <exception cref="ShapeException">The stream has another rank or fewer than two positions.</exception>
    public static IReadOnlyList<SignalKernel>? Of(VanillaTransformerConfig config, Tensor embedded)
    {
        ArgumentNullException.ThrowIfNull(config);
        var sizes = Shapes.RequireRank(embedded, 3, "[N, T, d]");
        if (Propagation(config, (int)sizes[1]) is not { } theory)
        {
            return null;
        }

        // The factors of the model itself: those of another input than this one.
        var rescaling = config.Block.Spa is { } spa
            ? SpaRescaling.Of(config, spa.Layers(config.Layers, config.Causal, (int)sizes[1]), (int)sizes[1])?
                .Select(factors => factors[..(int)sizes[1]]).ToArray()
            : null;
        var items = new List<IReadOnlyList<SignalKernel>>();
        for (var item = 0; item < sizes[0]; item++)
        {
            var kernel = Kernel(embedded, item);
            items.Add([SignalKernel.Of(kernel), .. theory.Propagate(kernel, rescaling).Select(SignalKernel.Of)]);
        }

        return [.. Enumerable.Range(0, config.Layers + 1).Select(layer => new SignalKernel(
            items.Average(item => item[layer].SquaredNorm), items.Average(item => item[layer].NeighbourCosine),
            items.Average(item => item[layer].DistantCosine)))];
    }

    private static KernelPropagation? Propagation(VanillaTransformerConfig config, int length)
    {
        var block = config.Block;
        var isChain = block is
        {
            Norm: NormKind.None, FirstNorm: NormKind.None, Parallel: false, AttentionSkip: null, MlpSkip: null, AttentionBranch.Initial: 1,
            MlpBranch.Initial: 1, Value.Kind: ProjectionKind.Linear, Output.Kind: ProjectionKind.Linear, BranchScale: 1,
            Activation.Kind: MlpActivationKind.TailoredLeakyRelu,
        };
        if (!isChain || Attention(config, length) is not { } layers)
        {
            return null;
        }

        var activation = TailoredLeakyRelu.ForChain(config.ActivationsOnPath, block.Activation.Eta);
        return new KernelPropagation(
            layers, activation.CorrelationMap, block.ActivateMlpOutput ? 2 : 1, block.Spa?.Rescale ?? SpaRescale.Published);
    }

    private static IReadOnlyList<SpaLayer?>? Attention(VanillaTransformerConfig config, int length)
    {
        var block = config.Block;
        if (block.Spa is { } spa)
        {
            return spa.Layers(config.Layers, config.Causal, length);
        }

        var isPlain = block is { IdentityGain: null, AttentionGain.Initial: 1, CentreGain: null, ZeroQueries: true };
        return isPlain || SeesOnlyItself(block)
            ? [.. Enumerable.Repeat<SpaLayer?>(isPlain ? new PlainAttention(config.Causal) : null, config.Layers)]
            : null;
    }

    // Value-SkipInit has no share of attention at first; shaped attention takes away what its zero queries attend to.
    private static bool SeesOnlyItself(TransformerBlockConfig block) => block
        is { IdentityGain.Initial: 1, AttentionGain.Initial: 0, CentreGain: null }
        or { IdentityGain.Initial: 1, AttentionGain.Initial: 1, CentreGain.Initial: 1, ZeroQueries: true };

    private static double[,] Kernel(Tensor embedded, int item)
    {
        using var scope = NewDisposeScope();
        using var withoutGradient = no_grad();
        var stream = embedded.detach().select(0, item).to(ScalarType.Float64);
        var length = (int)stream.shape[0];
        var products = GuardedMatMul.MatMul(stream, stream.transpose(0, 1)).Times(1.0 / stream.shape[1]).contiguous().cpu();
        var numbers = products.data<double>().ToArray();
        var kernel = new double[length, length];
        Buffer.BlockCopy(numbers, 0, kernel, 0, numbers.Length * sizeof(double));
        return kernel;
    }
}
