namespace Deep.Perceivers.Recipes;

/// <summary>Which items of a stream of batches a part of a step is.</summary>
internal static class BatchParts
{
    /// <summary>The size of a batch, once it is known to be in its range.</summary>
    public static int Checked(int batchSize) => batchSize is >= 1 and <= 1_000_000
        ? batchSize
        : throw new ConfigurationException("batch size", "from 1 to 1000000", batchSize);

    /// <summary>The number of the first item and how many there are.</summary>
    /// <exception cref="ConfigurationException">The batch cannot be divided into this number of parts.</exception>
    public static (long First, int Count) Items(int batchSize, long stepNumber, int part, int parts)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(stepNumber);
        if (parts < 1 || batchSize % parts != 0 || part < 0 || part >= parts)
        {
            throw new ConfigurationException("micro-batches", $"a divisor of the batch of {batchSize}", parts);
        }

        var count = batchSize / parts;
        return ((stepNumber * batchSize) + ((long)part * count), count);
    }
}
