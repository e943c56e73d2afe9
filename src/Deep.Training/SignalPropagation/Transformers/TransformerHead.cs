using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N batch, T positions, F features, K tokens of the vocabulary or classes

/// <summary>The end of a model: final normalisation, for pictures the mean over positions, and the linear head.</summary>
/// <remarks>
/// Children: norm and linear; a tied head has no matrix of its own, it multiplies with the embedding's over sqrt(F), so that the logits of a
/// new model have the variance that a head of variance 1/F gives.
/// </remarks>
public sealed class TransformerHead : Module<Tensor, Tensor>
{
    private readonly VanillaTransformerConfig config;
    private readonly TransformerEmbedding embedding;

    internal TransformerHead(VanillaTransformerConfig config, TransformerEmbedding embedding, Device? device)
        : base(nameof(TransformerHead))
    {
        (this.config, this.embedding) = (config, embedding);
        Norm = Normalization.Of(config.FinalNorm, config.Width, config.Block.NormEpsilon, device);
        if (Norm is not null)
        {
            register_module("norm", Norm);
        }

        if (!config.TiedHead)
        {
            Linear = new Projection(config.Width, config.Outputs, hasBias: config.HeadBias, device: device);
            register_module("linear", Linear);
        }
        else if (config.HeadBias)
        {
            register_parameter("bias", new TorchSharp.Modules.Parameter(zeros(config.Outputs, device: device)));
        }
    }

    /// <summary>The final normalisation, or null.</summary>
    public Normalization? Norm { get; }

    /// <summary>The head's matrix [K, F] and bias; null where the head is tied.</summary>
    public Projection? Linear { get; }

    /// <summary>Logits.</summary>
    /// <param name="x">[N, T, F], the last block's output.</param>
    /// <returns>[N, T, K] for tokens, [N, K] for pictures. The caller disposes it.</returns>
    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        x = Norm?.call(x) ?? x;
        x = config.Patches is null ? x : x.mean([1L]);
        var logits = Linear?.call(x)
            ?? functional.linear(x.Times(1 / Math.Sqrt(config.Width)), embedding.Tokens!, get_parameter("bias"));
        return logits.MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name, and the parent's registration would add each field once more.</summary>
    protected override void RegisterComponents()
    {
    }
}
