using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Tensors;
using Deep.Training;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep train text</c>: trains a transformer to go on with a text.</summary>
internal sealed class TrainTextCommand(Terminal terminal) : Command<TrainTextSettings>
{
    public override int Execute(CommandContext context, TrainTextSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        using var run = new TextTraining(settings);
        using var folder = RunFolder.Open(
            settings.Out ?? Path.Combine("runs", Path.GetFileNameWithoutExtension(settings.Files[0])), run.Settings,
            EvaluationMeasure.Loss, settings.Fresh);
        terminal.Output.WriteLine(run.Description);
        TrainingRun.Show(
            terminal, folder, TrainingTerms.Tokens, settings.Steps, context.Arguments,
            report => run.Fit(folder, report, cancellationToken));
        var last = folder.History[^1];
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Test loss {last.TestLoss:F4} nats a token, {100 * last.TestAccuracy:F2} % right, after {last.Step:N0} steps "
            + $"in {TimeSpan.FromSeconds(last.Seconds):h\\:mm\\:ss}; the best on the way was {folder.Best!.TestLoss:F4}."));
        terminal.Output.WriteLine($"The model: {folder.ModelFile}");
        terminal.Output.WriteLine($"Its signal: {folder.SignalFile}");
        return ExitCode.Success;
    }
}
