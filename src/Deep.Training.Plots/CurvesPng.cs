using Deep.Checkpoints;

namespace Deep.Training.Plots;

/// <summary>Draws a run's curves into a PNG file, anew at every evaluation and every checkpoint.</summary>
/// <remarks>
/// The file is replaced as a whole: a viewer sees the old picture or the new. When a run is resumed, its reports before
/// the checkpoint come from the <see cref="JsonLinesLog"/> file that it is told of, so that the curves begin at step 0.
/// See <see cref="TrainingCurves"/> for what is drawn.
/// </remarks>
public sealed class CurvesPng : IRunLog
{
    private readonly List<TrainingProgress> _reports = [];
    private readonly string? _history;

    /// <summary>A picture of the run that is about to begin.</summary>
    /// <param name="path">The file to write, such as <c>run/curves.png</c>; its folder must exist.</param>
    /// <param name="history">
    /// The file that a <see cref="JsonLinesLog"/> of the same run writes, read when the run is resumed; null for curves
    /// that begin at the checkpoint.
    /// </param>
    /// <exception cref="RunLogException">The path is a folder, or below a folder that is not there.</exception>
    public CurvesPng(string path, string? history = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        (Path, _history) = (System.IO.Path.GetFullPath(path), history);
        if (Directory.Exists(Path))
        {
            throw new RunLogException(Path, "cannot be written: it is a folder.");
        }

        if (!Directory.Exists(System.IO.Path.GetDirectoryName(Path)))
        {
            throw new RunLogException(Path, "cannot be written: its folder does not exist.");
        }
    }

    /// <summary>The file's full path.</summary>
    public string Path { get; }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The file cannot be written: the disk is full, say.</exception>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _reports.Add(progress);
        if (progress.Evaluation is not null)
        {
            Draw();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">
    /// The file cannot be written; or the run is resumed and the history is there but is not a log.
    /// </exception>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        switch (happened.Kind)
        {
            case TrainingEventKind.Resumed:
                _reports.Clear();
                if (_history is not null && File.Exists(_history))
                {
                    _reports.AddRange(JsonLinesLog.Read(_history).TakeWhile(report => report.Step <= happened.Step));
                }

                break;
            case TrainingEventKind.Saved:
                Draw();
                break;
            default:
                break;
        }
    }

    private void Draw()
    {
        if (_reports.Count == 0)
        {
            return;
        }

        var picture = TrainingCurves.Draw(_reports);
        try
        {
            AtomicFile.Write(Path, stream => stream.Write(picture));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new RunLogException(Path, $"cannot be written: {error.Message}", error);
        }
    }
}
