namespace KilledRun;

/// <summary>What came of the killed runs of one configuration.</summary>
/// <param name="Moments">The steps taken when each process was killed.</param>
/// <param name="WhileSaving">How many of them had begun to write a checkpoint.</param>
/// <param name="Runs">The number of runs that were killed and brought to their end.</param>
/// <param name="Differences">Names of the files that are not what the run that was never killed wrote.</param>
internal sealed record KillReport(
    IReadOnlyList<long> Moments, int WhileSaving, int Runs, IReadOnlyList<string> Differences);
