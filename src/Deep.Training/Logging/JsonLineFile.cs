using System.Collections.ObjectModel;
using System.Text;
using System.Text.Json;

namespace Deep.Training;

/// <summary>Reads the lines of a <see cref="JsonLinesLog"/>; a torn last line is left out, any other wrong line is an error.</summary>
internal static class JsonLineFile
{
    private const long LargestFile = 1L << 30;

    /// <summary>A whole line.</summary>
    /// <param name="End">The position behind it.</param>
    /// <param name="Step">Its step.</param>
    /// <param name="Text">The line itself.</param>
    /// <param name="Report">The report; null for an event.</param>
    public sealed record Line(long End, long Step, string Text, TrainingProgress? Report);

    public static List<Line> Read(string path, Stream file)
    {
        if (file.Length > LargestFile)
        {
            throw new RunLogException(path, $"has {file.Length:N0} bytes, which is more than {LargestFile:N0}.");
        }

        var content = new byte[file.Length];
        file.Position = 0;
        file.ReadExactly(content);
        var lines = new List<Line>();
        var start = 0;
        while (start < content.Length)
        {
            var length = content.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
            {
                break;
            }

            var end = start + length + 1;
            if (Parse(content.AsMemory(start, length), end) is { } line)
            {
                lines.Add(line);
            }
            else if (end < content.Length)
            {
                throw new RunLogException(path, $"is not a log of a training run: its line {lines.Count + 1} is neither a report nor an event.");
            }

            start = end;
        }

        return lines;
    }

    private static Line? Parse(ReadOnlyMemory<byte> text, long end)
    {
        try
        {
            using var json = JsonDocument.Parse(text);
            var root = json.RootElement;
            var step = root.GetProperty(JsonLine.Step).GetInt64();
            var isEvent = root.TryGetProperty(JsonLine.Event, out _);
            return new Line(end, step, Encoding.UTF8.GetString(text.Span), isEvent ? null : Progress(root, step));
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static TrainingProgress Progress(JsonElement root, long step)
    {
        var time = root.GetProperty("time");
        return new TrainingProgress
        {
            Step = step,
            Steps = root.GetProperty("steps").GetInt64(),
            Epoch = Number(root, "epoch"),
            Loss = Number(root, "loss"),
            Accuracy = Number(root, "accuracy"),
            LearningRate = Number(root, "learningRate"),
            GradientNorm = Number(root, "gradientNorm"),
            ClippedShare = Number(root, "clippedShare"),
            SkippedSteps = root.GetProperty("skippedSteps").GetInt64(),
            Metrics = Metrics(root),
            Evaluation = root.TryGetProperty("evaluation", out var evaluation)
                ? new Evaluation(Number(evaluation, "loss"), Number(evaluation, "accuracy"), evaluation.GetProperty("items").GetInt64())
                {
                    Metrics = Metrics(evaluation),
                }
                : null,
            Elapsed = Seconds(time, "elapsedSeconds"),
            Remaining = Seconds(time, "remainingSeconds"),
            ItemsPerSecond = Number(time, "itemsPerSecond"),
            BusyShare = Number(time, "busyShare"),
        };
    }

    private static ReadOnlyDictionary<string, double> Metrics(JsonElement owner)
    {
        if (!owner.TryGetProperty("metrics", out var metrics))
        {
            return ReadOnlyDictionary<string, double>.Empty;
        }

        var values = new Dictionary<string, double>();
        foreach (var metric in metrics.EnumerateObject())
        {
            values[metric.Name] = Number(metrics, metric.Name);
        }

        return values.AsReadOnly();
    }

    private static double Number(JsonElement owner, string name) =>
        owner.GetProperty(name) is { ValueKind: not JsonValueKind.Null } value ? value.GetDouble() : double.NaN;

    private static TimeSpan Seconds(JsonElement owner, string name) =>
        Number(owner, name) is var seconds && double.IsFinite(seconds) ? TimeSpan.FromSeconds(seconds) : TimeSpan.Zero;
}
