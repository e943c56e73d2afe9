using System.Text.Json;
using System.Text.Json.Serialization;
using Deep.Checkpoints;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The folder of a training run: weights, history, the picture of the curves, and what it goes on from.</summary>
/// <remarks>One process at a time has it; dispose it to let it go.</remarks>
internal sealed class RunFolder : IDisposable
{
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    // What is not counted is NaN: forecasts have no accuracy.
    private static readonly JsonSerializerOptions Lines = new() { NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals };

    private readonly List<EpochRecord> history = [];
    private readonly FileLock taken;
    private readonly EvaluationMeasure measure;

    private RunFolder(string path, FileLock taken, EvaluationMeasure measure) =>
        (Path, this.taken, this.measure) = (path, taken, measure);

    /// <summary>The folder itself.</summary>
    public string Path { get; }

    /// <summary>The weights at the last test, averaged where there is an average: the result of the run.</summary>
    public string ModelFile => At("model.safetensors");

    /// <summary>The weights at the best test so far.</summary>
    public string BestFile => At("best.safetensors");

    /// <summary>One JSON object a line and test.</summary>
    public string HistoryFile => At("history.jsonl");

    /// <summary>Every report of progress and every event.</summary>
    public string LogFile => At("log.jsonl");

    /// <summary>Loss and accuracy over the epochs.</summary>
    public string CurvesFile => At("curves.png");

    /// <summary>How the signal goes through a transformer, before training and at the last test.</summary>
    public string SignalFile => At("signal.png");

    /// <summary>Some of the test data with what the model of the last test makes of them.</summary>
    public string ExamplesFile => At("examples.png");

    /// <summary>The folder of TensorBoard's event files.</summary>
    public string TensorBoard => At("tensorboard");

    /// <summary>The options that the run began with.</summary>
    public string SettingsFile => At("settings.json");

    /// <summary>The folder of the checkpoints that the run goes on from.</summary>
    public string Checkpoints => CheckpointsOf(Path);

    /// <summary>The tests so far.</summary>
    public IReadOnlyList<EpochRecord> History => history;

    /// <summary>The best test by the run's measure; of equals, the first.</summary>
    public EpochRecord? Best => measure.LargerIsBetter ? history.MaxBy(Value) : history.MinBy(Value);

    /// <summary>Takes the folder of a new run or of one that goes on; makes it where it is missing.</summary>
    /// <param name="path">The folder.</param>
    /// <param name="settings">The run's options, as text by name.</param>
    /// <param name="measure">By what tests are compared: loss or accuracy.</param>
    /// <param name="isFresh">Whether an earlier run in it is removed.</param>
    /// <exception cref="WrongInputException">
    /// It cannot be written, another run has it, or its run began with other options; names those.
    /// </exception>
    public static RunFolder Open(
        string path, IReadOnlyDictionary<string, string> settings, EvaluationMeasure measure, bool isFresh)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            Directory.CreateDirectory(CheckpointsOf(path));
            var taken = FileLock.TryTake(System.IO.Path.Combine(CheckpointsOf(path), "command.lock"))
                ?? throw new WrongInputException(
                    $"Another run is training into '{path}'; wait for it, or give another folder with --out.");
            try
            {
                var folder = new RunFolder(path, taken, measure);
                folder.Begin(settings, isFresh);
                return folder;
            }
            catch
            {
                taken.Dispose();
                throw;
            }
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new WrongInputException($"The run's folder '{path}' cannot be written: {error.Message}");
        }
    }

    /// <summary>Adds a test to the history and draws the curves anew.</summary>
    public void Add(EpochRecord record)
    {
        history.Add(record);
        File.AppendAllText(HistoryFile, Line(record));
        var curves = CurvesPlot.Draw(history);
        AtomicFile.Write(CurvesFile, stream => stream.Write(curves));
    }

    /// <summary>Whether a model is better than all that were tested before.</summary>
    public bool IsBest(Evaluation evaluation) => Best is not { } best
        || (measure.LargerIsBetter ? measure.Of(evaluation) > Value(best) : measure.Of(evaluation) < Value(best));

    /// <summary>Replaces the history by that of the run as far as its checkpoint.</summary>
    public void Restore(IEnumerable<EpochRecord> records)
    {
        history.Clear();
        history.AddRange(records);
        var lines = System.Text.Encoding.UTF8.GetBytes(string.Concat(history.Select(Line)));
        AtomicFile.Write(HistoryFile, stream => stream.Write(lines));
    }

    public void Dispose() => taken.Dispose();

    private static string CheckpointsOf(string path) => System.IO.Path.Combine(path, "checkpoints");

    private static string Line(EpochRecord record) => JsonSerializer.Serialize(record, Lines) + "\n";

    private double Value(EpochRecord record) => measure.Of(new Evaluation(record.TestLoss, record.TestAccuracy, 0));

    private string At(string file) => System.IO.Path.Combine(Path, file);

    private void Begin(IReadOnlyDictionary<string, string> settings, bool isFresh)
    {
        var saved = Directory.GetDirectories(Checkpoints, "step-*");
        if (saved.Length > 0 && !isFresh)
        {
            RequireSame(settings);
            return;
        }

        Array.ForEach(saved, checkpoint => Directory.Delete(checkpoint, recursive: true));
        File.Delete(HistoryFile);
        File.Delete(LogFile);
        File.Delete(SignalFile);
        var json = JsonSerializer.SerializeToUtf8Bytes(settings, Indented);
        AtomicFile.Write(SettingsFile, stream => stream.Write(json));
    }

    private void RequireSame(IReadOnlyDictionary<string, string> settings)
    {
        if (ReadSettings() is not { } began)
        {
            return;
        }

        var changed = began.Keys.Union(settings.Keys).Order(StringComparer.Ordinal)
            .Where(name => began.GetValueOrDefault(name) != settings.GetValueOrDefault(name))
            .Select(name => $"{name} was {Value(began, name)} and is {Value(settings, name)}")
            .ToArray();
        if (changed.Length > 0)
        {
            throw new WrongInputException(
                $"The run in '{Path}' began with other settings: {string.Join("; ", changed)}. Give what they were to go on "
                + "with it, --fresh to start anew, or --out for another folder.");
        }

        static string Value(IReadOnlyDictionary<string, string> from, string name) =>
            from.GetValueOrDefault(name) ?? "missing";
    }

    // The trainer compares what is saved with each checkpoint; this file only lets the tool name options.
    private Dictionary<string, string>? ReadSettings()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllBytes(SettingsFile));
        }
        catch (Exception unreadable) when (unreadable is JsonException or FileNotFoundException)
        {
            return null;
        }
    }
}
