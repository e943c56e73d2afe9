using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Cli.Training.Perceivers;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep perceiver train</c>: trains a Perceiver on digits, point clouds, bytes or known motion.</summary>
internal sealed class TrainPerceiverCommand(Terminal terminal) : Command<TrainPerceiverSettings>
{
    public override int Execute(CommandContext context, TrainPerceiverSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        using var run = new PerceiverTraining(settings);
        using var folder = RunFolder.Open(
            settings.Out ?? Path.Combine("runs", $"perceiver-{settings.Task}"), run.Settings, run.Task.Measure, settings.Fresh);
        terminal.Output.WriteLine(run.Description);
        TrainingRun.Show(
            terminal, folder, run.Task.Terms, settings.Steps, context.Arguments,
            report => run.Fit(folder, report, cancellationToken));
        var last = folder.History[^1];
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{run.Task.Result(last)} after {last.Step:N0} steps in {TimeSpan.FromSeconds(last.Seconds):h\\:mm\\:ss}."));
        foreach (var (name, value) in run.LastMetrics)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {value:F4}"));
        }

        terminal.Output.WriteLine($"The model: {folder.ModelFile}");
        return ExitCode.Success;
    }
}
