namespace Deep.Training;

/// <summary>The order in which an epoch goes through a data set: a function of the seed and the epoch alone.</summary>
public static class DataOrder
{
    /// <summary>A permutation of 0 … count − 1, each equally likely.</summary>
    /// <param name="count">The size of the data set.</param>
    /// <param name="seed">The run's seed.</param>
    /// <param name="epoch">The number of the epoch, from 0.</param>
    public static int[] Of(int count, ulong seed, long epoch)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        var order = new int[count];
        for (var i = 0; i < count; i++)
        {
            order[i] = i;
        }

        new RandomState(seed, (ulong)RandomStream.Order, (ulong)epoch).Shuffle<int>(order);
        return order;
    }
}
