using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

// N windows, T positions, V tokens of the vocabulary

/// <summary>The objective of a language model, the mean of −ln p(next token), and its evaluation; both in nats a token.</summary>
public static class NextTokenObjective
{
    /// <summary>The objective for a <see cref="Trainer"/>; the items that it counts are tokens.</summary>
    /// <param name="model">Tokens [N, T] → logits [N, T, V].</param>
    /// <remarks>The loss throws <see cref="ShapeException"/> where the model's logits have another shape.</remarks>
    public static Func<TokenBatch, StepLoss> Of(Module<Tensor, Tensor> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return batch =>
        {
            var logits = Logits(model, batch);
            var targets = batch.Targets.flatten();
            return new StepLoss(
                functional.cross_entropy(logits, targets), targets.numel(), logits.detach().argmax(1).eq(targets).sum());
        };
    }

    /// <summary>The mean loss and the share of right next tokens on a text that was kept apart.</summary>
    /// <remarks>
    /// The windows lie side by side from the start of the text, each on its own, so that every model is asked the same;
    /// a rest that is shorter than a window is left out.
    /// </remarks>
    /// <param name="model">Tokens [N, T] → logits [N, T, V]; its mode is left as it is found.</param>
    /// <param name="text">The text.</param>
    /// <param name="context">T, 1 or more.</param>
    /// <param name="batchSize">Windows at a time, 1 or more.</param>
    /// <param name="windows">
    /// How many windows, spread over the text at equal distances; 0, the default, or more than there are, for all.
    /// </param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>Loss in nats a token, accuracy, and the number of tokens.</returns>
    /// <exception cref="TextException">The text is shorter than a window and the token after it.</exception>
    /// <exception cref="ShapeException">The model's logits have another shape.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, TokenSequence text, int context, int batchSize = 32, int windows = 0,
        Device? device = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(text);
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(windows);
        text.RequireContext(context);
        var starts = Starts(text, context, windows);
        var (loss, correct) = (0.0, 0L);
        var wasTraining = model.training;
        model.eval();
        try
        {
            using var withoutGradient = no_grad();
            for (var first = 0; first < starts.Length; first += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var count = Math.Min(batchSize, starts.Length - first);
                var batch = TokenBatch.At(text.Tokens, starts.AsSpan(first, count), context, device ?? CPU);
                var targets = batch.Targets.flatten();
                var logits = Logits(model, batch);
                loss += functional.cross_entropy(logits, targets, reduction: Reduction.Sum).item<float>();
                correct += logits.argmax(1).eq(targets).sum().item<long>();
            }
        }
        finally
        {
            model.train(wasTraining);
        }

        var tokens = (long)starts.Length * context;
        return new Evaluation(loss / tokens, (double)correct / tokens, tokens);
    }

    private static int[] Starts(TokenSequence text, int context, int windows)
    {
        var all = (text.Count - 1) / context;
        var count = windows == 0 ? all : Math.Min(windows, all);
        return [.. Enumerable.Range(0, count).Select(i => (int)((long)i * all / count) * context)];
    }

    // [N · T, V] in single precision, whatever the model computes in.
    private static Tensor Logits(Module<Tensor, Tensor> model, TokenBatch batch)
    {
        var logits = model.call(batch.Tokens);
        Shapes.Require(logits, [.. batch.Tokens.shape, Shapes.Any], "[N, T, V]", "the model's logits");
        return logits.flatten(0, 1).to(ScalarType.Float32);
    }
}
