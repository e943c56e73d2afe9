using System.Text.Json;

namespace Deep.Training;

/// <summary>One line of a <see cref="JsonLinesLog"/>: a JSON object for a report or an event.</summary>
/// <remarks>
/// What differs between two runs of the same bits, the times, stands in one object <c>time</c> at a line's end. What is
/// not finite has no JSON number and is null.
/// </remarks>
internal static class JsonLine
{
    public const string Event = "event";
    public const string Step = "step";

    public static byte[] Of(TrainingProgress report) => Write(json =>
    {
        json.WriteNumber(Step, report.Step);
        json.WriteNumber("steps", report.Steps);
        Number(json, "epoch", report.Epoch);
        Number(json, "loss", report.Loss);
        Number(json, "accuracy", report.Accuracy);
        Number(json, "learningRate", report.LearningRate);
        Number(json, "gradientNorm", report.GradientNorm);
        Number(json, "clippedShare", report.ClippedShare);
        json.WriteNumber("skippedSteps", report.SkippedSteps);
        Metrics(json, report.Metrics);
        if (report.Evaluation is { } evaluation)
        {
            json.WriteStartObject("evaluation");
            Number(json, "loss", evaluation.Loss);
            Number(json, "accuracy", evaluation.Accuracy);
            json.WriteNumber("items", evaluation.Items);
            Metrics(json, evaluation.Metrics);
            json.WriteEndObject();
        }

        json.WriteStartObject("time");
        Number(json, "elapsedSeconds", report.Elapsed.TotalSeconds);
        Number(json, "remainingSeconds", report.Remaining.TotalSeconds);
        Number(json, "itemsPerSecond", report.ItemsPerSecond);
        Number(json, "busyShare", report.BusyShare);
        json.WriteEndObject();
    });

    public static byte[] Of(TrainingEvent happened) => Write(json =>
    {
        json.WriteString(Event, happened.Kind.ToString());
        json.WriteNumber(Step, happened.Step);
        json.WriteString("message", happened.Message);
        if (happened.Path is not null)
        {
            json.WriteString("path", happened.Path);
        }
    });

    private static byte[] Write(Action<Utf8JsonWriter> content)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartObject();
            content(json);
            json.WriteEndObject();
        }

        bytes.WriteByte((byte)'\n');
        return bytes.ToArray();
    }

    private static void Metrics(Utf8JsonWriter json, IReadOnlyDictionary<string, double> metrics)
    {
        if (metrics.Count == 0)
        {
            return;
        }

        json.WriteStartObject("metrics");
        foreach (var (name, value) in metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
        {
            Number(json, name, value);
        }

        json.WriteEndObject();
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumber(name, value);
        }
        else
        {
            json.WriteNull(name);
        }
    }
}
