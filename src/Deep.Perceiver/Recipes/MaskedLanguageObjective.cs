using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

// N windows, T bytes, V tokens

/// <summary>Masked language modelling (Perceiver IO, section 4.1): the mean of −ln p(byte) over the hidden bytes alone, in nats a byte.</summary>
public static class MaskedLanguageObjective
{
    // A window's hidden words in an evaluation must not be those of the window with its number in training.
    private const long EvaluationSeed = 0x5EED;

    /// <summary>The objective for a <see cref="Trainer"/>; the items that it counts are hidden bytes.</summary>
    /// <param name="model">Tokens [N, T] → logits [N, T, V].</param>
    /// <remarks>The loss throws <see cref="ShapeException"/> where the model's logits have another shape.</remarks>
    public static Func<MaskedBytes, StepLoss> Of(Module<Tensor, Tensor> model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return batch =>
        {
            var (logits, labels) = Hidden(model, batch);
            var loss = Loss(logits, labels).div(Held(Math.Max(1, labels.shape[0])));
            return new StepLoss(loss, Math.Max(1, labels.shape[0]), logits.detach().argmax(1).eq(labels).sum());
        };
    }

    /// <summary>The mean loss and the share of right bytes over the hidden bytes of a text that was kept apart.</summary>
    /// <remarks>Windows lie side by side from the start of the text and have the same words hidden for every model.</remarks>
    /// <param name="model">Tokens [N, T] → logits [N, T, V]; its mode is left as it is found.</param>
    /// <param name="bytes">The text as tokens of bytes.</param>
    /// <param name="context">T, 1 or more.</param>
    /// <param name="batchSize">Windows at a time, 1 or more.</param>
    /// <param name="windows">How many windows, from the start; 0, the default, or more than there are, for all.</param>
    /// <param name="masking">Which words are hidden; null: 15 % by a seed of its own.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <returns>Loss in nats a byte, accuracy, and the number of hidden bytes.</returns>
    /// <exception cref="TextException">The text is shorter than a window, or none of its words were hidden.</exception>
    /// <exception cref="ShapeException">The model's logits have another shape.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, TokenSequence bytes, int context, int batchSize = 32, int windows = 0,
        WordMasking? masking = null, Device? device = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(context, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(windows);
        masking ??= new WordMasking { Seed = EvaluationSeed };
        var count = Math.Max(1, windows == 0 ? bytes.Count / context : Math.Min(windows, bytes.Count / context));
        var (loss, correct, hidden) = (0.0, 0L, 0L);
        using var mode = new EvaluationMode(model);
        for (var first = 0; first < count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = MaskedByteBatches.SideBySide(bytes, context, first, Math.Min(batchSize, count - first), masking, device);
            var (logits, labels) = Hidden(model, batch);
            loss += Loss(logits, labels).item<float>();
            correct += logits.argmax(1).eq(labels).sum().item<long>();
            hidden += labels.shape[0];
        }

        return hidden > 0
            ? new Evaluation(loss / hidden, (double)correct / hidden, hidden)
            : throw new TextException(bytes.Name, "expected words to hide, found none.");
    }

    // The sum: a mean over no hidden byte would not be a number.
    private static Tensor Loss(Tensor logits, Tensor labels) => functional.cross_entropy(logits, labels, reduction: Reduction.Sum);

    private static Tensor Held(double number) => tensor(number, ScalarType.Float32);

    // The logits [hidden bytes, V] in single precision, whatever the model computes in, and their tokens.
    private static (Tensor Logits, Tensor Labels) Hidden(Module<Tensor, Tensor> model, MaskedBytes batch)
    {
        var logits = model.call(batch.Tokens);
        Shapes.Require(logits, [.. batch.Tokens.shape, Shapes.Any], "[N, T, V]", "the model's logits");
        using Scalar ignored = MaskedTokens.Ignored;
        var places = batch.Labels.flatten().ne(ignored).nonzero().flatten();
        return (logits.flatten(0, 1).index_select(0, places).to(ScalarType.Float32), batch.Labels.flatten().index_select(0, places));
    }
}
