using System.Globalization;
using Deep.Checkpoints;
using Tensorboard;

namespace Deep.Training;

/// <summary>Writes a run as event files that TensorBoard shows: <c>tensorboard --logdir FOLDER</c>.</summary>
/// <remarks>
/// <para>Scalars over the step: <c>train/loss</c>, <c>accuracy</c>, <c>learning_rate</c>, <c>gradient_norm</c>,
/// <c>clipped_share</c>, <c>items_per_second</c>, <c>busy_share</c> and the objective's own metrics;
/// <c>evaluation/loss</c>, <c>accuracy</c> and the evaluation's own metrics. What is not a number is left out.</para>
/// <para>A resumed run goes on in a new file of the same folder; what the files before hold of later steps is removed
/// from them, and TensorBoard is told, should it be running, to forget it: no step appears twice. A run that is not
/// resumed removes this log's files of the run before; files of others are left alone.</para>
/// </remarks>
public sealed class TensorBoardLog : IRunLog, IDisposable
{
    private const string Prefix = "events.out.tfevents.";
    private const string Suffix = ".deep";

    private readonly TimeProvider _clock;
    private FileStream? _file;

    /// <summary>A log in a folder, which is made where it is not there; nothing in it changes before the first report.</summary>
    /// <param name="folder">The run's folder; TensorBoard compares the folders below its <c>--logdir</c> as runs.</param>
    /// <param name="clock">The clock of the events; null for the system's.</param>
    /// <exception cref="RunLogException">The folder cannot be made, or there is a file of its name.</exception>
    public TensorBoardLog(string folder, TimeProvider? clock = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        (Folder, _clock) = (Path.GetFullPath(folder), clock ?? TimeProvider.System);
        RunLogException.Guard(Folder, () => Directory.CreateDirectory(Folder));
    }

    /// <summary>The folder's full path.</summary>
    public string Folder { get; }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The file cannot be written: the disk is full, say.</exception>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        var summary = new Summary();
        Add(summary, "train/loss", progress.Loss);
        Add(summary, "train/accuracy", progress.Accuracy);
        Add(summary, "train/learning_rate", progress.LearningRate);
        Add(summary, "train/gradient_norm", progress.GradientNorm);
        Add(summary, "train/clipped_share", progress.ClippedShare);
        Add(summary, "train/items_per_second", progress.ItemsPerSecond);
        Add(summary, "train/busy_share", progress.BusyShare);
        AddAll(summary, "train/", progress.Metrics);
        if (progress.Evaluation is { } evaluation)
        {
            Add(summary, "evaluation/loss", evaluation.Loss);
            Add(summary, "evaluation/accuracy", evaluation.Accuracy);
            AddAll(summary, "evaluation/", evaluation.Metrics);
        }

        if (summary.Value.Count > 0)
        {
            Write(new Event { Step = progress.Step, Summary = summary });
        }
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The folder cannot be written: the disk is full, say.</exception>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.Kind == TrainingEventKind.Resumed)
        {
            Dispose();
            RunLogException.Guard(Folder, () => ForgetAfter(happened.Step));
            Begin();

            // TensorBoard drops what it has read of this step and later ones when it meets such an event.
            Write(new Event { Step = happened.Step + 1, SessionLog = new SessionLog { Status = SessionLog.Types.SessionStatus.Start } });
        }
    }

    /// <summary>Closes the file.</summary>
    public void Dispose()
    {
        _file?.Dispose();
        _file = null;
    }

    private static void Add(Summary summary, string tag, double value)
    {
        if (!double.IsNaN(value))
        {
            summary.Value.Add(new Summary.Types.Value { Tag = tag, SimpleValue = (float)value });
        }
    }

    private static void AddAll(Summary summary, string prefix, IReadOnlyDictionary<string, double> metrics)
    {
        foreach (var (name, value) in metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            Add(summary, prefix + name, value);
        }
    }

    private IEnumerable<string> Files() => Directory.GetFiles(Folder, $"{Prefix}*{Suffix}").Order(StringComparer.Ordinal);

    private void ForgetAfter(long step)
    {
        foreach (var path in Files())
        {
            List<Event> messages;
            using (var file = File.OpenRead(path))
            {
                messages = EventRecord.Read(file);
            }

            var kept = messages.Where(message => message.WhatCase == Event.WhatOneofCase.FileVersion || message.Step <= step).ToList();
            if (kept.All(message => message.WhatCase != Event.WhatOneofCase.Summary))
            {
                File.Delete(path);
                continue;
            }

            AtomicFile.Write(path, stream =>
            {
                foreach (var message in kept)
                {
                    stream.Write(EventRecord.Of(message));
                }
            });
        }
    }

    private void Begin()
    {
        // TensorBoard reads a folder's files in the order of their names.
        var last = Files().LastOrDefault() is { } path && Number(path) is { } number ? number : 0;
        var next = Math.Max(last + 1, _clock.GetUtcNow().ToUnixTimeSeconds());
        var name = string.Create(CultureInfo.InvariantCulture, $"{Prefix}{next:D10}{Suffix}");
        RunLogException.Guard(Folder, () => _file = new FileStream(Path.Combine(Folder, name), FileMode.CreateNew, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete, 0));
        Write(new Event { FileVersion = "brain.Event:2" });

        static long? Number(string path) =>
            long.TryParse(Path.GetFileName(path)[Prefix.Length..^Suffix.Length], CultureInfo.InvariantCulture, out var number) ? number : null;
    }

    private void Write(Event message)
    {
        if (_file is null)
        {
            RunLogException.Guard(Folder, () =>
            {
                foreach (var path in Files())
                {
                    File.Delete(path);
                }
            });
            Begin();
        }

        message.WallTime = _clock.GetUtcNow().ToUnixTimeMilliseconds() / 1000.0;
        var record = EventRecord.Of(message);
        RunLogException.Guard(Folder, () => _file!.Write(record));
    }
}
