namespace Deep.Training;

/// <summary>Several differently augmented copies of each picture in the same batch (2105.13343).</summary>
/// <remarks>
/// A batch of B holds u unique pictures with K copies each, kept adjacent, and the loss is the plain mean over all B.
/// An epoch is one pass over the unique pictures, so it takes K times as many steps at a fixed batch. A larger K does
/// not ask for a larger learning rate: keep or lower it, and tune it anew for each K. Immutable, safe for many threads.
/// </remarks>
public sealed record AugmentationMultiplicity
{
    private AugmentationMultiplicity(int copies, int uniquePictures) =>
        (Copies, UniquePictures) = (copies, uniquePictures);

    /// <summary>K, the copies of each picture in a batch, 1 or more.</summary>
    public int Copies { get; }

    /// <summary>u, the different pictures in a batch.</summary>
    public int UniquePictures { get; }

    /// <summary>B, all pictures of a batch, u · K.</summary>
    public int BatchSize => UniquePictures * Copies;

    /// <summary>
    /// The paper's first regime: the batch keeps its size, so more copies mean fewer different pictures in it.
    /// </summary>
    /// <param name="batchSize">B, a multiple of <paramref name="copies"/>.</param>
    /// <param name="copies">K.</param>
    /// <exception cref="ConfigurationException">B is not a multiple of K, or one of them is below 1.</exception>
    public static AugmentationMultiplicity FixedBatch(int batchSize, int copies)
    {
        RequireCount("AugmentationMultiplicity.Copies", copies);
        RequireCount("AugmentationMultiplicity.BatchSize", batchSize);
        return batchSize % copies == 0
            ? new AugmentationMultiplicity(copies, batchSize / copies)
            : throw new ConfigurationException(
                "AugmentationMultiplicity.BatchSize", $"a multiple of the {copies} copies", batchSize);
    }

    /// <summary>
    /// The paper's second regime: the number of different pictures stays, so more copies make the batch larger.
    /// </summary>
    /// <param name="uniquePictures">u.</param>
    /// <param name="copies">K.</param>
    /// <exception cref="ConfigurationException">One of them is below 1.</exception>
    public static AugmentationMultiplicity FixedUnique(int uniquePictures, int copies)
    {
        RequireCount("AugmentationMultiplicity.Copies", copies);
        RequireCount("AugmentationMultiplicity.UniquePictures", uniquePictures);
        return new AugmentationMultiplicity(copies, uniquePictures);
    }

    /// <summary>The steps of one pass over the unique pictures; an incomplete last batch is dropped.</summary>
    /// <param name="pictures">The size of the data set.</param>
    public long StepsPerEpoch(long pictures) => pictures / UniquePictures;

    /// <summary>The batch of a step within an epoch: each index K times in a row.</summary>
    /// <param name="order">The epoch's order of the data set.</param>
    /// <param name="step">The number of the step within the epoch, from 0.</param>
    /// <returns>B places in the data set.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The epoch has no such step.</exception>
    public int[] Batch(ReadOnlySpan<int> order, long step)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(step);
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(step, StepsPerEpoch(order.Length));
        var unique = order.Slice((int)(step * UniquePictures), UniquePictures);
        var batch = new int[BatchSize];
        for (var i = 0; i < batch.Length; i++)
        {
            batch[i] = unique[i / Copies];
        }

        return batch;
    }

    /// <summary>What a number of steps costs, to compare runs with different K at equal cost.</summary>
    /// <param name="steps">The number of steps.</param>
    /// <param name="pictures">The size of the data set.</param>
    public TrainingBudget Budget(long steps, long pictures) =>
        new(steps, steps * BatchSize, (double)steps * UniquePictures / pictures);

    private static void RequireCount(string setting, int value)
    {
        if (value < 1)
        {
            throw new ConfigurationException(setting, "1 or more", value);
        }
    }
}
