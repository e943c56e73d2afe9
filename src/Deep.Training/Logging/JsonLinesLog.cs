namespace Deep.Training;

/// <summary>Writes a run as a file of one JSON object per line, which a program reads and <see cref="Read"/> reads back.</summary>
/// <remarks>
/// <para>A line is a report, or an event: <c>{"event":"Spike","step":120,...}</c>. All of a report that two runs to the
/// same bits may differ in, the times and the speed, stands in its object <c>time</c>; what is not finite is null.</para>
/// <para>Each line is one write to the file, so that a run that is killed leaves at most one torn last line, which the
/// next start cuts off. When a run is resumed, what stands behind its checkpoint is dropped: the file of a run that was
/// killed and resumed equals that of one that never stopped, but for the times. For that, a checkpoint's line has its
/// step alone, and there is no line for damaged checkpoints and for resuming. A run that is not resumed begins the file
/// anew. One run at a time; not for use by several threads.</para>
/// </remarks>
public sealed class JsonLinesLog : IRunLog, IDisposable
{
    private readonly FileStream _file;
    private bool _began;
    private long _savedStep = -1;

    /// <summary>A log in a file, which is made where it is not there; nothing in it changes before the first report.</summary>
    /// <param name="path">The file, such as <c>run/history.jsonl</c>; its folder must exist.</param>
    /// <exception cref="RunLogException">The file cannot be opened for writing.</exception>
    public JsonLinesLog(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Path = System.IO.Path.GetFullPath(path);
        FileStream? file = null;

        // Without a buffer, each line is one write to the operating system.
        RunLogException.Guard(Path, () => file = new FileStream(Path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.Read, 0));
        _file = file!;
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <summary>The reports in a log, in order; a torn last line is left out.</summary>
    /// <param name="path">The file; a run may be writing to it.</param>
    /// <exception cref="RunLogException">The file cannot be read, or a line of it is neither a report nor an event.</exception>
    public static IReadOnlyList<TrainingProgress> Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            return [.. JsonLineFile.Read(path, file).Select(line => line.Report).OfType<TrainingProgress>()];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunLogException(path, $"cannot be read: {error.Message}", error);
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The file cannot be written: the disk is full, say.</exception>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Begin();
        Write(JsonLine.Of(progress));
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">
    /// The file cannot be written: the disk is full, say; or the run is resumed and the file is not a log.
    /// </exception>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        switch (happened.Kind)
        {
            case TrainingEventKind.DamagedCheckpoint:
                break; // comes before it is known where the run goes on
            case TrainingEventKind.Resumed:
                Resume(happened.Step);
                break;
            case TrainingEventKind.Saved:
                Begin();
                WriteCheckpoint(happened.Step);
                break;
            default:
                Begin();
                Write(JsonLine.Of(happened));
                break;
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose() => _file.Dispose();

    private void Begin()
    {
        if (!_began)
        {
            RunLogException.Guard(Path, () => _file.SetLength(0));
            _began = true;
        }
    }

    private void Resume(long step)
    {
        _began = true;
        _savedStep = -1;
        var lines = JsonLineFile.Read(Path, _file);

        // An event of the very step may stand before or behind its checkpoint, so the checkpoint's own line decides; it
        // is missing where the run was killed between checkpoint and line, and then nothing stands behind it.
        var checkpoint = lines.FindIndex(line => line.IsCheckpointOf(step));
        var kept = checkpoint >= 0 ? checkpoint + 1 : lines.TakeWhile(line => line.Step <= step).Count();
        RunLogException.Guard(Path, () =>
        {
            _file.SetLength(kept == 0 ? 0 : lines[kept - 1].End);
            _file.Seek(0, SeekOrigin.End);
        });
        if (checkpoint < 0)
        {
            WriteCheckpoint(step);
        }
        else
        {
            _savedStep = step;
        }
    }

    private void WriteCheckpoint(long step)
    {
        if (step == _savedStep)
        {
            return;
        }

        _savedStep = step;
        Write(JsonLine.OfCheckpoint(step));

        // A machine that loses power must not have a checkpoint without the log that led to it.
        RunLogException.Guard(Path, () => _file.Flush(flushToDisk: true));
    }

    private void Write(byte[] line) => RunLogException.Guard(Path, () => _file.Write(line));
}
