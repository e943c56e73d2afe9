using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Cli.Training.Nowcasts;
using Deep.Tensors;
using Deep.Training;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep nowcast train</c>: trains a DGMR on radar sequences.</summary>
internal sealed class TrainNowcastCommand(Terminal terminal) : Command<TrainNowcastSettings>
{
    public override int Execute(CommandContext context, TrainNowcastSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        using var run = new NowcastTraining(settings);
        using var folder = RunFolder.Open(settings.Out, run.Settings, EvaluationMeasure.Loss, settings.Fresh);
        terminal.Output.WriteLine(run.Description);
        TrainingRun.Show(
            terminal, folder, TrainingTerms.StepsOf("crops"), run.Steps, context.Arguments, report => run.Fit(folder, report, cancellationToken));
        var last = folder.History[^1];
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Test CRPS {last.TestLoss:F4} mm/h after {last.Step:N0} steps in {TimeSpan.FromSeconds(last.Seconds):h\\:mm\\:ss}."));
        foreach (var (name, value) in run.LastMetrics)
        {
            terminal.Output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  {name}: {value:F4}"));
        }

        terminal.Output.WriteLine($"The model: {folder.ModelFile}");
        return ExitCode.Success;
    }
}
