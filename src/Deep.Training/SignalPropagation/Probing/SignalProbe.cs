using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.SignalPropagation;

// N items, T positions, d width, V tokens of the vocabulary

/// <summary>Follows a signal through a network and its gradient back: shows why the network trains, or why it does not.</summary>
/// <remarks>
/// At any time, at initialisation as well as during training. The network is in evaluation mode meanwhile; neither its
/// parameters nor their gradients change. Measured numbers are of one batch and one draw of the weights, and differ from
/// the theory's of infinite width by about the inverse root of the width.
/// </remarks>
public static class SignalProbe
{
    /// <summary>Probes a language model with the loss of the next token.</summary>
    /// <param name="model">The model.</param>
    /// <param name="tokens">[N, T] of int64 with a T of 2 or more, on the model's device.</param>
    /// <param name="theory">The embedding's and each block's kernel in theory; null, the default, for <see cref="SignalTheory"/> where it knows the model.</param>
    /// <param name="bounds">Where a signal counts as healthy; null for the defaults.</param>
    /// <exception cref="ShapeException">The tokens, the stream or the logits have another shape.</exception>
    /// <exception cref="ConfigurationException">There is no block, or another number of layers in the theory.</exception>
    public static SignalReport Run(
        ISignalPath model, Tensor tokens, IReadOnlyList<SignalKernel?>? theory = null, SignalBounds? bounds = null)
    {
        var length = Shapes.RequireRank(tokens, 2, "[N, T]")[1];
        RequirePositions(length);
        return Run(model, tokens, NextToken, theory, bounds);

        Tensor NextToken(Tensor logits)
        {
            Shapes.Require(logits, [.. tokens.shape, Shapes.Any], "[N, T, V]");
            return functional.cross_entropy(
                logits.narrow(1, 0, length - 1).flatten(0, 1).to(ScalarType.Float32), tokens.narrow(1, 1, length - 1).flatten());
        }
    }

    /// <summary>Probes any model with any loss.</summary>
    /// <param name="model">The model.</param>
    /// <param name="input">What the model takes, on its device.</param>
    /// <param name="loss">Makes a scalar of what the model gives.</param>
    /// <param name="theory">The embedding's and each block's kernel in theory; null, the default, for <see cref="SignalTheory"/> where it knows the model.</param>
    /// <param name="bounds">Where a signal counts as healthy; null for the defaults.</param>
    /// <exception cref="ShapeException">The stream has another shape, or fewer than two positions.</exception>
    /// <exception cref="ConfigurationException">There is no block, or another number of layers in the theory.</exception>
    public static SignalReport Run(
        ISignalPath model, Tensor input, Func<Tensor, Tensor> loss, IReadOnlyList<SignalKernel?>? theory = null,
        SignalBounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(input);
        ArgumentNullException.ThrowIfNull(loss);
        if (theory is not null && theory.Count != model.Blocks.Count + 1)
        {
            throw new ConfigurationException(nameof(theory), $"of {model.Blocks.Count + 1} layers, the embedding among them", theory.Count);
        }

        var module = model as Module;
        var wasTraining = module?.training ?? false;
        module?.eval();
        try
        {
            using var scope = NewDisposeScope();
            using var withGradient = enable_grad();
            return Measure(model, input, loss, theory, bounds);
        }
        finally
        {
            module?.train(wasTraining);
        }
    }

    private static SignalReport Measure(
        ISignalPath model, Tensor input, Func<Tensor, Tensor> loss, IReadOnlyList<SignalKernel?>? theory, SignalBounds? bounds)
    {
        var streams = new List<Tensor> { model.Embed(input).detach().requires_grad_(true) };
        RequirePositions(Shapes.RequireRank(streams[0], 3, "[N, T, d]", "the stream")[1]);
        foreach (var block in model.Blocks)
        {
            streams.Add(block.call(streams[^1]));
            Shapes.RequireRank(streams[^1], 3, "[N, T, d]", "the stream");
        }

        theory ??= model is VanillaTransformer transformer ? SignalTheory.Of(transformer.Config, streams[0]) : null;
        var value = loss(model.Head(streams[^1]));
        var gradients = autograd.grad([value], streams);
        using var withoutGradient = no_grad();
        var layers = new List<SignalLayer>();
        for (var i = 0; i < streams.Count; i++)
        {
            using var layerScope = NewDisposeScope();
            var block = i == 0 ? null : model.Blocks[i - 1] as ISignalBlock;
            layers.Add(new SignalLayer
            {
                Layer = i,
                Kind = i == 0 ? "embedding" : block?.Kind ?? model.Blocks[i - 1].GetName(),
                IsNormalized = block?.IsNormalized ?? false,
                Measured = Kernel(streams[i].to(ScalarType.Float64)),
                Theory = theory?[i],
                GradientNorm = Norm(gradients[i]),
                AttentionEntropy = block is null ? null : Entropy(block.AttentionProbabilities(streams[i - 1].detach())),
            });
        }

        return new SignalReport(layers, value.to(ScalarType.Float64).item<double>(), bounds);
    }

    private static SignalKernel Kernel(Tensor stream)
    {
        var length = stream.shape[1];
        var quarter = SignalKernel.Quarter(length);
        var squares = stream.mul(stream).mean([-1L], keepdim: true);

        // The tiny number gives a position that is zero the cosine 0 instead of NaN.
        var directions = stream.div(squares.Times(stream.shape[2]).sqrt().Plus(1e-300));
        var neighbours = directions.narrow(1, 0, length - 1).mul(directions.narrow(1, 1, length - 1)).sum(-1).mean();
        var first = directions.narrow(1, 0, quarter).mean([1L]);
        var last = directions.narrow(1, length - quarter, quarter).mean([1L]);
        return new SignalKernel(
            squares.mean().item<double>(), neighbours.item<double>(), first.mul(last).sum(-1).mean().item<double>());
    }

    private static double Norm(Tensor gradient)
    {
        var numbers = gradient.to(ScalarType.Float64);
        return numbers.mul(numbers).sum().sqrt().item<double>();
    }

    // A row that sees one position has no choice and says nothing.
    private static double? Entropy(Tensor? probabilities)
    {
        if (probabilities is null)
        {
            return null;
        }

        var sizes = Shapes.RequireRank(probabilities, 4, "[N, h, T, T]", "attention probabilities");
        var isCausal = probabilities.triu(1).count_nonzero().item<long>() == 0;
        var rows = special.entr(probabilities.to(ScalarType.Float64)).sum(-1).mean([0L, 1L]).cpu().data<double>().ToArray();
        return rows.Select((entropy, row) => (entropy, seen: isCausal ? row + 1 : sizes[3]))
            .Where(row => row.seen > 1)
            .Average(row => row.entropy / Math.Log(row.seen));
    }

    private static void RequirePositions(long length)
    {
        if (length < 2)
        {
            throw new ShapeException($"A probe compares positions and needs two or more, but there is {length}.");
        }
    }
}
