using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deep.Experiments;

/// <summary>The outcomes of an experiment, one JSON object a line: where it goes on after it was stopped.</summary>
/// <remarks>Several processes may add to one file; each line is written in one piece.</remarks>
internal sealed class OutcomeFile<TPlan, TOutcome>(string path)
    where TPlan : IEquatable<TPlan>
    where TOutcome : IOutcome<TPlan>
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Converters = { new JsonStringEnumConverter() },
    };

    /// <summary>All outcomes so far; a torn last line is left out.</summary>
    public IReadOnlyList<TOutcome> Read()
    {
        if (!File.Exists(path))
        {
            return [];
        }

        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        var text = reader.ReadToEnd();
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        return [.. whole.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonSerializer.Deserialize<TOutcome>(line, Json)!)];
    }

    /// <summary>The outcome of a plan, from the file or from a run that is then added to it.</summary>
    public TOutcome Of(TPlan plan, Func<TPlan, TOutcome> run)
    {
        if (Read().FirstOrDefault(known => known.Plan.Equals(plan)) is { } known)
        {
            return known;
        }

        var outcome = run(plan);
        using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite);
        stream.Write(JsonSerializer.SerializeToUtf8Bytes(outcome, Json).AsSpan().ToArray().Append((byte)'\n').ToArray());
        return outcome;
    }
}
