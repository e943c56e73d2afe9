using KilledRun;

namespace Deep.Nowcast.Tests.Recipes;

public sealed class KilledTrainingTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dgmr-killed-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    // The same at length: dotnet run --project tests/KilledRun -- campaign --kills 20
    [Fact]
    public void A_training_that_was_killed_and_started_again_ends_with_the_same_bits()
    {
        var report = KilledRuns.Try("nowcast", kills: 2, killsOfRun: 2, seed: 21, _folder);
        Assert.Equal(2, report.Moments.Count);
        Assert.Empty(report.Differences);
    }
}
