using TorchSharp;

namespace Deep.Tests.Checkpoints;

/// <summary>A test with a folder of its own that is gone afterwards, and that leaves no tensor alive.</summary>
public abstract class CheckpointTest : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("deep-checkpoints-").FullName;
    private readonly long liveTensors = DisposeScopeManager.Statistics.ThreadTotalLiveCount;

    protected string At(string name) => Path.Combine(folder, name);

    public void Dispose()
    {
        Directory.Delete(folder, recursive: true);
        // Fewer is no leak: the collector may have taken what an earlier test on this thread left.
        Assert.InRange(DisposeScopeManager.Statistics.ThreadTotalLiveCount, 0, liveTensors);
        GC.SuppressFinalize(this);
    }
}
