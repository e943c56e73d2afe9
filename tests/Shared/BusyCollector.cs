namespace Deep.Tests;

/// <summary>Collects garbage all the time, on a thread of its own, until it is disposed: finds native objects that nothing keeps alive.</summary>
public sealed class BusyCollector : IDisposable
{
    private readonly ManualResetEventSlim _stop = new();
    private readonly Thread _thread;

    public BusyCollector()
    {
        _thread = new Thread(() =>
        {
            while (!_stop.IsSet)
            {
                GC.Collect(0);
                GC.WaitForPendingFinalizers();
            }
        });
        _thread.Start();
    }

    public void Dispose()
    {
        _stop.Set();
        _thread.Join();
        _stop.Dispose();
    }
}
