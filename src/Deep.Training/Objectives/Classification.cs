using System.Runtime.ExceptionServices;
using Deep.Media;
using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

// N pictures, C channels, H x W pixels, K classes

/// <summary>The objective and the evaluation of a classifier of pictures.</summary>
public static class Classification
{
    /// <summary>
    /// The objective for a <see cref="Trainer"/>: soft-target cross entropy, and how often the largest score is the
    /// label's.
    /// </summary>
    /// <param name="model">[N, C, H, W] → logits [N, K].</param>
    /// <param name="loss">The cross entropy.</param>
    public static Func<LabelledPictures, StepLoss> Objective(
        Module<Tensor, Tensor> model, SoftTargetCrossEntropy loss) => batch =>
    {
        var logits = model.call(batch.Pictures);
        var mean = loss.Loss(logits, batch.Labels, batch.MixLabels, batch.Ratio);
        return new StepLoss(mean, batch.Count, logits.detach().argmax(1).eq(batch.Labels).sum());
    };

    /// <summary>Loss without smoothing and top-1 accuracy on a set, without augmentation.</summary>
    /// <param name="model">[N, C, H, W] → logits [N, K]; its mode is left as it is found.</param>
    /// <param name="pictures">The pictures; each must be readable.</param>
    /// <param name="normalization">The scale of the network's input, the same as in training.</param>
    /// <param name="device">Where the model is; the CPU by default.</param>
    /// <param name="batchSize">Pictures at a time, 1 or more.</param>
    /// <param name="fit">What brings the pictures to one size; null, the default, where they have one.</param>
    /// <param name="cancellationToken">Ends it between two batches.</param>
    /// <exception cref="ConfigurationException">The pictures have no common size and there is no fit.</exception>
    /// <exception cref="MediaException">A picture cannot be read: a share of a set is no measure of it.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Evaluation Evaluate(
        Module<Tensor, Tensor> model, IPictureSource pictures, PictureNormalization? normalization = null,
        Device? device = null, int batchSize = 250, IPictureFit? fit = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(pictures);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        device ??= CPU;
        normalization ??= PictureNormalization.ImageNet;
        var shape = PictureShape.Of(pictures, fit);
        var (loss, correct) = (0.0, 0L);
        var wasTraining = model.training;
        model.eval();
        try
        {
            using var withoutGradient = no_grad();
            for (var first = 0; first < pictures.Count; first += batchSize)
            {
                cancellationToken.ThrowIfCancellationRequested();
                using var scope = NewDisposeScope();
                var count = Math.Min(batchSize, pictures.Count - first);
                var bytes = ReadInParallel(pictures, first, count, fit, shape);
                var x = ChannelsLast.Of(normalization.Apply(bytes.to(device)));
                var labels = tensor(pictures.Labels.Slice(first, count).ToArray(), ScalarType.Int64, device);
                var logits = model.call(x).to(ScalarType.Float32);
                loss += functional.cross_entropy(logits, labels, reduction: Reduction.Sum).item<float>();
                correct += logits.argmax(1).eq(labels).sum().item<long>();
            }
        }
        finally
        {
            model.train(wasTraining);
        }

        return new Evaluation(loss / pictures.Count, (double)correct / pictures.Count, pictures.Count);
    }

    private static Tensor ReadInParallel(
        IPictureSource pictures, int first, int count, IPictureFit? fit, PictureShape shape)
    {
        var bytes = new byte[checked(count * shape.Bytes)];
        try
        {
            Parallel.For(0, count, i => pictures.Read(
                first + i, fit, [new RandomState(0, (ulong)RandomStream.Augmentation, (ulong)(first + i))],
                bytes.AsSpan(i * shape.Bytes, shape.Bytes)));
        }
        catch (AggregateException e)
        {
            ExceptionDispatchInfo.Throw(e.InnerExceptions.OfType<DeepException>().FirstOrDefault() ?? e.InnerExceptions[0]);
        }

        return tensor(bytes, [count, shape.Channels, shape.Height, shape.Width], ScalarType.Byte);
    }
}
