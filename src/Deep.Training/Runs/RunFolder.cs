using Deep.Checkpoints;

namespace Deep.Training;

/// <summary>The folder of a run: one process at a time, its checkpoints from the newest to the oldest, and no rests.</summary>
internal sealed class RunFolder : IDisposable
{
    private const string LockFile = "run.lock";
    private readonly RunCheckpoints _options;
    private readonly FileLock _lock;

    private RunFolder(RunCheckpoints options, string path, FileLock taken) =>
        (_options, Path, _lock) = (options, path, taken);

    /// <summary>The full path.</summary>
    public string Path { get; }

    /// <summary>Makes the folder where it is missing, locks it, and clears away what killed processes left.</summary>
    /// <exception cref="TrainingException">Another run uses it, or it cannot be written.</exception>
    public static RunFolder Open(RunCheckpoints options)
    {
        var path = System.IO.Path.GetFullPath(options.Folder);
        FileLock? taken;
        try
        {
            Directory.CreateDirectory(path);
            taken = FileLock.TryTake(System.IO.Path.Combine(path, LockFile));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException($"The folder of the run cannot be written: {error.Message}", error);
        }

        if (taken is null)
        {
            throw new TrainingException($"Another run is training into {path}.");
        }

        try
        {
            AtomicFolder.RemoveRests(path);
            return new RunFolder(options, path, taken);
        }
        catch (Exception error)
        {
            taken.Dispose();
            if (error is IOException or UnauthorizedAccessException)
            {
                throw new TrainingException($"The folder of the run cannot be tidied: {error.Message}", error);
            }

            throw;
        }
    }

    /// <summary>All checkpoints, sound or damaged, from the newest to the oldest.</summary>
    public IReadOnlyList<RunCheckpoint> Checkpoints =>
    [
        .. Directory.EnumerateDirectories(Path).Select(RunCheckpoint.Named).OfType<RunCheckpoint>()
            .OrderByDescending(checkpoint => checkpoint.Step).ThenBy(checkpoint => checkpoint.IsReportPending),
    ];

    /// <summary>Writes a checkpoint, then removes those that need not stay.</summary>
    /// <exception cref="TrainingException">
    /// It cannot be written, and the earlier ones are as they were; or an earlier one cannot be removed.
    /// </exception>
    public string Save(
        TrainingState state, Evaluation? evaluation, IReadOnlyDictionary<string, string> configuration,
        IReadOnlyDictionary<string, IRunState> parts)
    {
        var path = RunCheckpoint.PathOf(Path, state);
        try
        {
            RunCheckpoint.Write(path, state, evaluation, configuration, parts);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                $"The checkpoint {path} could not be written: {error.Message} Earlier checkpoints are unharmed; "
                + "start again to go on from the last of them.", error);
        }

        try
        {
            RemoveOld(state.Step);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TrainingException(
                $"The checkpoint {path} is written, but an earlier one could not be removed: {error.Message}", error);
        }

        return path;
    }

    /// <inheritdoc/>
    public void Dispose() => _lock.Dispose();

    // Later steps than the newest saved one are damaged checkpoints that a resumed run has passed over: they take no
    // place of a sound one and are replaced when the run comes to them.
    private void RemoveOld(long newest)
    {
        var past = Checkpoints.Where(checkpoint => checkpoint.Step <= newest).ToArray();
        var sound = new List<(RunCheckpoint Checkpoint, double Measure)>();
        foreach (var checkpoint in past)
        {
            try
            {
                var evaluation = checkpoint.ReadManifest().Evaluation;
                sound.Add((checkpoint, evaluation is null ? double.NaN : _options.Best.Of(evaluation)));
            }
            catch (DamagedCheckpointException)
            {
                // Not worth a place.
            }
        }

        var last = sound.Select(entry => entry.Checkpoint).DistinctBy(checkpoint => checkpoint.Step).Take(_options.Keep);
        var best = sound.Where(entry => !double.IsNaN(entry.Measure))
            .OrderByDescending(entry => _options.Best.Gain(entry.Measure, over: 0))
            .ThenBy(entry => entry.Checkpoint.Step)
            .Take(_options.KeepBest).Select(entry => entry.Checkpoint);
        foreach (var checkpoint in past.Except([.. last, .. best]))
        {
            AtomicFolder.Delete(checkpoint.Path);
        }
    }
}
