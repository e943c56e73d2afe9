using System.Text.Json;

namespace Deep.Experiments;

/// <summary>The outcomes of an experiment, one JSON object a line: where it goes on after it was stopped.</summary>
/// <remarks>Several processes may add to one file; each line is written in one piece.</remarks>
internal sealed class OutcomeFile(string path)
{
    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    /// <summary>All outcomes so far; a torn last line is left out.</summary>
    public IReadOnlyList<TrainingOutcome> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<TrainingOutcome>(line, Json)!)];
    }

    /// <summary>The outcome of a plan, from the file or from a run that is then added to it.</summary>
    public TrainingOutcome Of(TrainingPlan plan, Func<TrainingPlan, TrainingOutcome> run)
    {
        if (Read().FirstOrDefault(known => known.Plan == plan) is { } known)
        {
            return known;
        }

        var outcome = run(plan);
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(outcome, Json).AsSpan().ToArray().Append((byte)'\n').ToArray());
        return outcome;
    }
}
