using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>Fresh weights: what 2302.10322 prescribes, and the usual normal draws where a block asks for them.</summary>
/// <remarks>
/// W^Q = 0 where the kernel needs equal logits, W^K ~ N(0, 1/d), W^V and W^O orthogonal, MLPs scaled-corrected uniform orthogonal, embedding
/// N(0, 1), patches and head N(0, 1/fan-in), biases 0. Drawn on the CPU from the seed alone, in the order of the blocks.
/// </remarks>
internal static class TransformerInitializer
{
    public static void Initialize(VanillaTransformer model, ulong seed)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = new Generator(seed);
        var embedding = model.Embedding;
        foreach (var table in new[] { embedding.Tokens, embedding.Positions })
        {
            Normal(table, 1, generator);
        }

        Normal(embedding.Patches, FanIn(embedding.Patches), generator);
        foreach (var block in model.Blocks)
        {
            Initialize(block.Attention, model.Config, generator);
            Initialize(block.Mlp, model.Config.Block, generator);
        }

        Normal(model.OutputHead.Linear?.Weight, FanIn(model.OutputHead.Linear?.Weight), generator);
    }

    private static void Initialize(SelfAttention attention, VanillaTransformerConfig config, Generator generator)
    {
        var width = config.Width;
        var fused = attention.QueryKeyValue.Weight;
        if (!config.Block.ZeroQueries)
        {
            Normal(fused.narrow(0, 0, width), width, generator);
        }

        Normal(fused.narrow(0, width, width), width, generator);
        if (attention.IsFused)
        {
            Square(fused.narrow(0, 2 * width, width), config.Block, 1, generator);
        }

        foreach (var (projection, scale) in new[] { (attention.Value, 1.0), (attention.Output, config.Block.BranchScale) })
        {
            if (projection is { HasSkip: false })
            {
                Square(projection.Weight, config.Block, scale, generator);
            }
            else if (projection is { Kind: ProjectionKind.OrthogonalSkip })
            {
                Orthogonal(projection.SkipMatrix!, 1, generator);
            }
        }
    }

    private static void Initialize(FeedForward mlp, TransformerBlockConfig block, Generator generator)
    {
        foreach (var (weight, scale) in new[] { (mlp.Up.Weight, 1.0), (mlp.Down.Weight, block.BranchScale) })
        {
            if (block.Weights == WeightDraw.Orthogonal)
            {
                Drawn(weight, w => Initialization.ScaledUniformOrthogonalInPlace(w, scale, generator));
            }
            else
            {
                Normal(weight, weight.size(1) / (scale * scale), generator);
            }
        }
    }

    private static void Square(Tensor weight, TransformerBlockConfig block, double scale, Generator generator)
    {
        if (block.Weights == WeightDraw.Orthogonal)
        {
            Orthogonal(weight, scale, generator);
        }
        else
        {
            Normal(weight, weight.size(1) / (scale * scale), generator);
        }
    }

    private static void Orthogonal(Tensor weight, double gain, Generator generator) =>
        Drawn(weight, w => Initialization.OrthogonalInPlace(w, gain, generator));

    private static void Normal(Tensor? weight, double inverseVariance, Generator generator)
    {
        if (weight is not null)
        {
            Drawn(weight, w => w.normal_(0, 1 / Math.Sqrt(inverseVariance), generator));
        }
    }

    // The same numbers on every device and for every dtype.
    private static void Drawn(Tensor weight, Action<Tensor> draw)
    {
        using var scope = NewDisposeScope();
        var drawn = zeros(weight.shape, ScalarType.Float32);
        draw(drawn);
        weight.copy_(drawn);
    }

    private static double FanIn(Tensor? weight) => weight is null ? 1 : weight.numel() / (double)weight.size(0);
}
