using TorchSharp;

namespace Deep.Tensors;

/// <summary>Counts tensors that came alive and were not disposed since it was made: the suite's own leak check.</summary>
/// <remarks>
/// <see cref="Created"/> counts those of the thread that made this object (exact in the presence of other threads);
/// <see cref="CreatedInProcess"/> counts all. Read both on the thread that made the object.
/// </remarks>
public sealed class LiveTensors
{
    private readonly long _inThread = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
    private readonly long _inProcess = torch.Tensor.TotalCount;
    private readonly int _thread = Environment.CurrentManagedThreadId;

    /// <summary>The tensors alive now that this thread created since, less those it disposed; 0 when nothing leaks.</summary>
    /// <exception cref="InvalidOperationException">Read on another thread.</exception>
    public long Created => Environment.CurrentManagedThreadId == _thread
        ? DisposeScopeManager.Statistics.ThreadTotalLiveCount - _inThread
        : throw new InvalidOperationException("Live tensors are counted by thread: read the count on the thread that started it.");

    /// <summary>The same over all threads of the process. Tensors freed by finalizers count too, so collect first.</summary>
    public long CreatedInProcess => torch.Tensor.TotalCount - _inProcess;
}
