using System.Globalization;
using System.Text.Json;
using Deep.Checkpoints;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Tensors;
using Deep.Training;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep scale images</c>: trains a grid of widths and budgets, and fits how loss falls with compute.</summary>
internal sealed class ScaleImagesCommand(Terminal terminal) : Command<ScaleImagesSettings>
{
    private const double Ahead = 10;
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);
    private static readonly JsonSerializerOptions Json =
        new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };

    public override int Execute(
        CommandContext context, ScaleImagesSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        var grid = ScalingGrid.Read(settings.Grid);
        var folder = Directory.CreateDirectory(
            settings.Out ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(settings.Grid))).FullName;
        grid.RequireSameIn(Path.Combine(folder, "grid.json"));
        var runs = new ScalingRuns(grid, Path.Combine(folder, "runs.jsonl"), settings.Device, cancellationToken);

        IReadOnlyList<ScalingRecord> records = TrainAll(runs, [.. grid.Cells.Where(cell => cell != grid.HeldOut)], cancellationToken);
        var law = ScalingLaw.Fit(records.Select(record => record.ToRun()));
        ScalingPrediction? prediction = null;
        if (grid.HeldOut is { } heldOut)
        {
            prediction = ScalingPrediction.Of(law, heldOut, runs.Compute(heldOut));
            AtomicFile.Write(
                Path.Combine(folder, "prediction.json"), stream => JsonSerializer.Serialize(stream, prediction, Json));
            terminal.Output.WriteLine(prediction.Describe());
            records = [.. records, .. TrainAll(runs, [heldOut], cancellationToken)];
        }

        Report(records, law, prediction);
        var figure = ScalingFigure.Draw(records, law, prediction);
        var path = Path.Combine(folder, "scaling-law.png");
        AtomicFile.Write(path, stream => stream.Write(figure));
        terminal.Output.WriteLine($"The figure: {path}");
        return ExitCode.Success;
    }

    private List<ScalingRecord> TrainAll(
        ScalingRuns runs, IReadOnlyList<ScalingCell> cells, CancellationToken cancellationToken)
    {
        var records = new List<ScalingRecord>();
        var whole = cells.Sum(runs.Compute);
        var done = 0.0;
        ProgressBar.Show(terminal, LineInterval, display =>
        {
            foreach (var cell in cells)
            {
                var share = runs.Compute(cell) / whole;
                var before = done;
                var name = string.Create(CultureInfo.InvariantCulture, $"width x {cell.Width}, {cell.Epochs} epochs");
                records.Add(runs.Of(
                    cell,
                    new CellProgress(display, name, step => before + (share * step)),
                    cancellationToken));
                done += share;
                display.Note(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{name}: test loss {records[^1].TestLoss:F4}, {100 * records[^1].TestAccuracy:F1} %, {records[^1].Seconds:F0} s"));
            }
        });
        return records;
    }

    private void Report(IReadOnlyList<ScalingRecord> records, ScalingLaw law, ScalingPrediction? prediction)
    {
        var table = new ResultTable("width>", "epochs>", "parameters>", "multiply-adds>", "test loss>", "accuracy>", "frontier");
        foreach (var record in records.OrderBy(record => record.Compute))
        {
            table.Add(
                Text($"x {record.Cell.Width}"), Text($"{record.Cell.Epochs}"), Text($"{record.Parameters:N0}"),
                Text($"{record.Compute:0.00E+0}"), Text($"{record.TestLoss:F4}"), Text($"{100 * record.TestAccuracy:F1} %"),
                law.Frontier.Contains(record.ToRun()) ? "yes" : "");
        }

        table.WriteTo(terminal);
        var (low, high) = law.Loss.ExponentInterval();
        var ahead = Ahead * law.Frontier[^1].Compute;
        var (lossLow, lossHigh) = law.Loss.Interval(ahead);
        terminal.Output.WriteLine(Text(
            $"log L = {law.Loss.Intercept:F3} + b log C with b = {law.Loss.Exponent:F4} ({Interval(low, high, "F4")}), R2 = {law.Loss.RSquared:F4}, {law.Loss.Points} runs on the frontier."));
        terminal.Output.WriteLine(Text(
            $"Optimal epochs grow as C to the power {law.Epochs.Exponent:F2} (R2 = {law.Epochs.RSquared:F2})."));
        terminal.Output.WriteLine(Text(
            $"At {Ahead} x the compute ({ahead:0.00E+0}): predicted loss {law.Loss.At(ahead):F3} ({Interval(lossLow, lossHigh, "F3")}), {law.Epochs.At(ahead):F1} epochs."));
        if (prediction is not null)
        {
            terminal.Output.WriteLine(prediction.Compare(records[^1].TestLoss));
        }
    }

    private static string Interval(double low, double high, string format) => double.IsNaN(low)
        ? "two runs give no interval"
        : $"95 %: {low.ToString(format, CultureInfo.InvariantCulture)} to {high.ToString(format, CultureInfo.InvariantCulture)}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private sealed class CellProgress(IProgressDisplay display, string name, Func<double, double> whole)
        : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => display.Report(
            whole((double)value.Step / value.Steps),
            Text($"{name}  loss {value.Loss:F3}  {value.ItemsPerSecond:F0} pictures/s  {value.Remaining:m\\:ss} left of this run"));
    }
}
