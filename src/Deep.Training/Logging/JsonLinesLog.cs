using System.Text;

namespace Deep.Training;

/// <summary>Writes a run as a file of one JSON object per line, which a program reads and <see cref="Read"/> reads back.</summary>
/// <remarks>
/// <para>A line is a report, or an event: <c>{"event":"Spike","step":120,...}</c>. All of a report that two runs to the
/// same bits may differ in, the times and the speed, stands in its object <c>time</c>; what is not finite is null.</para>
/// <para>Each line is one write to the file, so that a run that is killed leaves at most one torn last line, which the
/// next start cuts off. When a run is resumed, the lines of later steps than its checkpoint's are dropped: the file of a
/// run that was stopped or killed and resumed equals that of one that never was, but for the times. For that, there are
/// no lines of checkpoints, of damaged ones and of resuming, which are no part of the run's course. A run that is not
/// resumed begins the file anew. One run at a time; not for use by several threads.</para>
/// </remarks>
public sealed class JsonLinesLog : IRunLog, IDisposable
{
    private readonly FileStream _file;
    private readonly HashSet<string> _known = [];
    private bool _began;

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
                // A machine that loses power must not have a checkpoint without the log that led to it.
                RunLogException.Guard(Path, () => _file.Flush(flushToDisk: true));
                break;
            default:
                Begin();
                WriteEvent(happened);
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
        var lines = JsonLineFile.Read(Path, _file);
        var kept = lines[..(lines.FindLastIndex(line => line.Step <= step) + 1)];
        _known.Clear();
        _known.UnionWith(kept.Where(line => line.Step >= step && line.Report is null).Select(line => line.Text));
        RunLogException.Guard(Path, () =>
        {
            _file.SetLength(kept.Count == 0 ? 0 : kept[^1].End);
            _file.Seek(0, SeekOrigin.End);
        });
    }

    // What happened behind the checkpoint of its own step happens once more and is on the file already.
    private void WriteEvent(TrainingEvent happened)
    {
        var line = JsonLine.Of(happened);
        if (!_known.Contains(Encoding.UTF8.GetString(line).TrimEnd('\n')))
        {
            Write(line);
        }
    }

    private void Write(byte[] line) => RunLogException.Guard(Path, () => _file.Write(line));
}
