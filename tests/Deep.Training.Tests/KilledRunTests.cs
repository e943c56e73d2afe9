using KilledRun;

namespace Deep.Training.Tests;

/// <summary>Runs in child processes that are killed with SIGKILL, or cannot write.</summary>
public sealed class KilledRunTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // The same at length: dotnet run --project tests/KilledRun -- campaign --kills 20
    [Theory]
    [InlineData("clipped", 11)]
    [InlineData("sharp", 12)]
    [InlineData("half", 13)]
    public void A_run_that_was_killed_at_any_moment_and_started_again_ends_with_the_same_bits(string configuration, int seed)
    {
        var report = KilledRuns.Try(configuration, kills: 2, killsOfRun: 2, seed, _folder.Path);
        Assert.Equal(2, report.Moments.Count);
        Assert.Empty(report.Differences);
    }

    [Fact]
    public void A_full_disk_is_one_clear_error_and_the_run_goes_on_when_there_is_room()
    {
        var (whole, run) = (_folder.In("whole"), _folder.In("run"));
        KilledRuns.End("clipped", whole);
        using (var killed = new ChildRun("clipped", run))
        {
            Assert.True(killed.ReadToStep(20));
            killed.Kill();
        }

        // The weights of the network have 66 KB.
        using (var full = new ChildRun("clipped", run, largestFile: 40))
        {
            full.ReadToEnd();
            Assert.Equal(3, full.ExitCode);
            Assert.StartsWith($"error The checkpoint {run}", full.Lines[^1], StringComparison.Ordinal);
            Assert.Contains("Earlier checkpoints are unharmed", full.Lines[^1], StringComparison.Ordinal);
        }

        Assert.Empty(Directory.GetFileSystemEntries(run, ".*.tmp"));
        KilledRuns.End("clipped", run);
        Assert.Empty(KilledRuns.Differences(whole, run));
    }
}
