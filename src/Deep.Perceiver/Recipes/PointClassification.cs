using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Recipes;

// N clouds, M points, K classes

/// <summary>The objective and the evaluation of a classifier of point clouds (Perceiver, section 4.3).</summary>
public static class PointClassification
{
    /// <summary>The objective for a <see cref="Trainer"/>: cross entropy, and how often the largest score is the label's.</summary>
    /// <param name="model">Points [N, M, 3] → logits [N, K].</param>
    /// <param name="loss">The cross entropy.</param>
    public static Func<LabelledPoints, StepLoss> Objective(Module<Tensor, Tensor> model, SoftTargetCrossEntropy loss)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(loss);
        return batch =>
        {
            var logits = model.call(batch.Points);
            return new StepLoss(loss.Loss(logits, batch.Labels), batch.Count, logits.detach().argmax(1).eq(batch.Labels).sum());
        };
    }

    /// <summary>Loss without smoothing and top-1 accuracy on clouds that the model was not trained on.</summary>
    /// <param name="model">Points [N, M, 3] → logits [N, K]; its mode is left as it is found.</param>
    /// <param name="clouds">A stream of clouds, with another seed than in training.</param>
    /// <param name="count">How many of it, 1 or more.</param>
    /// <param name="batchSize">Clouds at a time, 1 or more.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, PointCloudBatches clouds, int count, int batchSize = 50, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(clouds);
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        var (loss, correct) = (0.0, 0L);
        using var mode = new EvaluationMode(model);
        for (var first = 0; first < count; first += batchSize)
        {
            cancellationToken.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var batch = clouds.Read(first, Math.Min(batchSize, count - first));
            var logits = model.call(batch.Points).to(ScalarType.Float32);
            loss += functional.cross_entropy(logits, batch.Labels, reduction: Reduction.Sum).item<float>();
            correct += logits.argmax(1).eq(batch.Labels).sum().item<long>();
        }

        return new Evaluation(loss / count, (double)correct / count, count);
    }
}
