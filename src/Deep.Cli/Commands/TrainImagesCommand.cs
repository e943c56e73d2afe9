using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Tensors;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary><c>deep train images</c>: trains an NFNet on a folder or zip of labelled pictures.</summary>
internal sealed class TrainImagesCommand(Terminal terminal) : Command<TrainImagesSettings>
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    public override int Execute(
        CommandContext context, TrainImagesSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        using var run = new ImageTraining(settings, cancellationToken);
        var folder = new RunFolder(settings.Out ?? Path.Combine("runs", DataName(settings.Data)));
        terminal.Output.WriteLine(run.Description);
        try
        {
            ProgressBar.Show(terminal, LineInterval, display =>
                run.Fit(folder, new TrainingReport(display, folder), cancellationToken));
        }
        catch (OperationCanceledException) when (folder.History.Count > 0)
        {
            terminal.Output.WriteLine($"The model of the last test: {folder.ModelFile}");
            throw;
        }

        var last = folder.History[^1];
        terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Test accuracy {100 * last.TestAccuracy:F2} % after {last.Epoch:F0} epochs "
            + $"in {TimeSpan.FromSeconds(last.Seconds):h\\:mm\\:ss}; the best on the way was {100 * folder.Best!.TestAccuracy:F2} %."));
        terminal.Output.WriteLine($"The model: {folder.ModelFile}");
        return ExitCode.Success;
    }

    private static string DataName(string data) =>
        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(data));
}
