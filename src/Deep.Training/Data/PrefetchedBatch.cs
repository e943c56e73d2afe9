using System.Runtime.ExceptionServices;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>A batch on its way from the thread that read it to the one that asked for it, or the error in its place.</summary>
/// <remarks>
/// Dispose scopes belong to threads. All that the source left in the worker's scope, batch or not, is taken out of it
/// and put into the scope of the thread that takes the batch, as if it had been read there.
/// </remarks>
internal sealed class PrefetchedBatch<TBatch> : IDisposable
    where TBatch : IDisposable
{
    private readonly TBatch? _batch;
    private readonly ExceptionDispatchInfo? _error;
    private readonly IReadOnlyList<IDisposable> _made = [];

    private PrefetchedBatch(TBatch batch, IReadOnlyList<IDisposable> made) => (_batch, _made) = (batch, made);

    private PrefetchedBatch(Exception error) => _error = ExceptionDispatchInfo.Capture(error);

    /// <summary>Reads a batch on this thread; an error is kept for the thread that asks for the batch.</summary>
    public static PrefetchedBatch<TBatch> Read(IBatchSource<TBatch> source, long step, int part, int parts)
    {
        using var scope = NewDisposeScope();
        try
        {
            var batch = source.Read(step, part, parts);
            var made = scope.DisposablesView;
            scope.Detach(made);
            return new PrefetchedBatch<TBatch>(batch, made);
        }
        catch (Exception error)
        {
            return new PrefetchedBatch<TBatch>(error);
        }
    }

    /// <summary>The batch, in the scope of this thread; or the error.</summary>
    public TBatch Unpack()
    {
        _error?.Throw();
        using var scope = NewDisposeScope();
        foreach (var made in _made)
        {
            scope.Attach(made);
        }

        scope.MoveToOuter(_made);
        return _batch!;
    }

    public void Dispose()
    {
        _batch?.Dispose();
        foreach (var made in _made)
        {
            made.Dispose();
        }
    }
}
