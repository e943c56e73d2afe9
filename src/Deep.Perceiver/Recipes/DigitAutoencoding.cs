using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Perceivers.Recipes;

/// <summary>Digits to be given back with their labels from one latent array: 64 queries for pixels, one for the label.</summary>
public sealed class DigitAutoencoding(DigitBatches digits) : IBatchSource<AutoencodingBatch>
{
    /// <summary>The name of the picture among the outputs.</summary>
    public const string Image = "image";

    /// <summary>The name of the label among the outputs.</summary>
    public const string Label = "label";

    /// <summary>The weights of the two losses: 1 for L1 of pixels, 0.1 for the label's cross entropy.</summary>
    public static IReadOnlyDictionary<string, ModalityLoss> Losses { get; } = new Dictionary<string, ModalityLoss>
    {
        [Image] = new(1),
        [Label] = new(0.1),
    };

    /// <inheritdoc/>
    public long StepsPerEpoch => digits.StepsPerEpoch;

    /// <summary>A whole set in its own order.</summary>
    /// <param name="digits">The digits.</param>
    /// <param name="device">Where the batches are put, by default the CPU.</param>
    /// <param name="batchSize">Digits at a time, 1 or more.</param>
    /// <returns>New batches; the caller disposes each.</returns>
    public static IEnumerable<AutoencodingBatch> All(DigitSet digits, Device? device = null, int batchSize = 250)
    {
        ArgumentNullException.ThrowIfNull(digits);
        ArgumentOutOfRangeException.ThrowIfLessThan(batchSize, 1);
        return Enumerable.Range(0, (digits.Count + batchSize - 1) / batchSize)
            .Select(i => Of(DigitBatches.Of(digits, i * batchSize, Math.Min(batchSize, digits.Count - (i * batchSize)), device)));
    }

    /// <inheritdoc/>
    public AutoencodingBatch Read(long stepNumber, int part, int parts) => Of(digits.Read(stepNumber, part, parts));

    private static AutoencodingBatch Of(LabelledPictures batch) => new(
        new Dictionary<string, Tensor> { [Image] = batch.Pictures },
        new Dictionary<string, Tensor> { [Image] = batch.Pictures.view(batch.Count, DigitSet.PixelCount, 1), [Label] = batch.Labels });
}
