namespace Deep.Training;

/// <summary>A batch of which a part can be taken, so that a pass can be made over that part alone.</summary>
/// <typeparam name="TBatch">The batch itself.</typeparam>
public interface ISliceableBatch<out TBatch>
    where TBatch : IDisposable
{
    /// <summary>The number of items.</summary>
    long Count { get; }

    /// <summary>Some of the items, in order.</summary>
    /// <param name="first">The index of the first of them.</param>
    /// <param name="count">Their number, 1 or more.</param>
    /// <returns>A new batch; the caller disposes it, and this batch not before.</returns>
    TBatch Slice(long first, long count);
}
