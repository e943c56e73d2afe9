using System.Globalization;
using System.Text;

namespace Deep.Training;

/// <summary>Writes a run as lines for a person: one for each report and one for each thing that happened.</summary>
/// <remarks>
/// A line such as <c>step  200/1000  epoch 4.00  loss 1.3121  accuracy 52.10 %  rate 0.08  812 items/s  1:20 left</c>.
/// What is not a number is left out. The writer stays the caller's; it is flushed after each line.
/// </remarks>
public sealed class TextLog : IRunLog
{
    private readonly TextWriter _writer;

    /// <summary>A log on a console, a file or a string.</summary>
    /// <param name="writer">Where the lines go, such as <see cref="Console.Out"/>.</param>
    public TextLog(TextWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        _writer = writer;
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The writer cannot write.</exception>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        Write(Line(progress));
    }

    /// <inheritdoc/>
    /// <exception cref="RunLogException">The writer cannot write.</exception>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        Write(string.Create(CultureInfo.InvariantCulture, $"step {happened.Step}: {happened.Message}"));
    }

    private static string Line(TrainingProgress progress)
    {
        var total = progress.Steps.ToString(CultureInfo.InvariantCulture);
        var step = progress.Step.ToString(CultureInfo.InvariantCulture).PadLeft(total.Length);
        var line = new StringBuilder().Append(CultureInfo.InvariantCulture, $"step {step}/{total}");
        Add("epoch", progress.Epoch, "F2");
        Add("loss", progress.Loss, "F4");
        Add("accuracy", 100 * progress.Accuracy, "F2", " %");
        AddAll("", progress.Metrics);
        if (progress.Evaluation is { } test)
        {
            Add("test loss", test.Loss, "F4");
            Add("test accuracy", 100 * test.Accuracy, "F2", " %");
            AddAll("test ", test.Metrics);
        }

        Add("rate", progress.LearningRate, "G4");
        if (progress.SkippedSteps > 0)
        {
            Add("skipped", progress.SkippedSteps, "F0");
        }

        var left = progress.Remaining.ToString(
            progress.Remaining.TotalDays >= 1 ? @"d\ \d\ hh\:mm\:ss" : progress.Remaining.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss",
            CultureInfo.InvariantCulture);
        return line.Append(CultureInfo.InvariantCulture, $"  {progress.ItemsPerSecond:F0} items/s  {left} left").ToString();

        void AddAll(string prefix, IReadOnlyDictionary<string, double> metrics)
        {
            foreach (var (name, value) in metrics.OrderBy(metric => metric.Key, StringComparer.Ordinal))
            {
                Add(prefix + name, value, "G4");
            }
        }

        void Add(string name, double value, string format, string unit = "")
        {
            if (!double.IsNaN(value))
            {
                line.Append("  ").Append(name).Append(' ')
                    .Append(value.ToString(format, CultureInfo.InvariantCulture)).Append(unit);
            }
        }
    }

    private void Write(string line) => RunLogException.Guard("of text lines", () =>
    {
        _writer.WriteLine(line);
        _writer.Flush();
    });
}
