using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

// N pictures, K classes

/// <summary>The evaluation of a classifier of digits; its objective is that of any pictures, <see cref="Training.Classification"/>.</summary>
public static class DigitClassification
{
    /// <summary>Loss without smoothing and top-1 accuracy on a set.</summary>
    /// <param name="model">Pictures as of <see cref="DigitBatches"/> → logits [N, K]; its mode is left as it is found.</param>
    /// <param name="digits">The digits.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <param name="batchSize">Digits at a time, 1 or more.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, DigitSet digits, Device? device = null, int batchSize = 250, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(digits);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var (loss, correct) = (0.0, 0L);
        using var mode = new EvaluationMode(model);
        for (var first = 0; first < digits.Count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = DigitBatches.Of(digits, first, Math.Min(batchSize, digits.Count - first), device);
            var logits = model.call(batch.Pictures).to(ScalarType.Float32);
            loss += functional.cross_entropy(logits, batch.Labels, reduction: Reduction.Sum).item<float>();
            correct += logits.argmax(1).eq(batch.Labels).sum().item<long>();
        }

        return new Evaluation(loss / digits.Count, (double)correct / digits.Count, digits.Count);
    }
}
