using System.Globalization;
using Deep.Cli.Reporting;
using Deep.Cli.Training;
using Deep.Tensors;
using Deep.Training;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>A command that trains a network on labelled pictures; commands differ in where the network comes from.</summary>
internal abstract class ImageTrainingCommand<TSettings>(Terminal terminal) : Command<TSettings>
    where TSettings : ImageTrainingSettings
{
    private protected Terminal Terminal { get; } = terminal;

    public sealed override int Execute(CommandContext context, TSettings settings, CancellationToken cancellationToken)
    {
        ComputeThreads.Use(settings.Threads ?? 0);
        var networks = Networks(settings, cancellationToken);
        if (settings.Sheet is not null)
        {
            Terminal.Output.WriteLine(ImageTraining.ShowAugmentations(
                settings, networks.Config.TrainSize, Terminal.WriteWarning, cancellationToken));
            return ExitCode.Success;
        }

        using var run = new ImageTraining(settings, networks, Terminal.WriteWarning, cancellationToken);
        if (settings.FindLearningRate)
        {
            Terminal.Output.WriteLine(run.Description);
            LearningRateTable.Write(Terminal, run.FindLearningRate(cancellationToken));
            return ExitCode.Success;
        }

        using var folder = RunFolder.Open(
            settings.Out ?? Path.Combine("runs", DataName(settings.Data)), run.Settings, EvaluationMeasure.Accuracy, settings.Fresh);
        Terminal.Output.WriteLine(run.Description);
        Terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Budget: {run.Budget.Updates:N0} updates, {run.Budget.GradientEvaluations:N0} gradient evaluations of pictures, "
            + $"{run.Budget.UniquePasses:0.##} passes over the different pictures."));
        TrainingRun.Show(
            Terminal, folder, TrainingTerms.Pictures, run.Budget.Updates, context.Arguments,
            report => run.Fit(folder, report, cancellationToken));
        var last = folder.History[^1];
        Terminal.Output.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"Test accuracy {100 * last.TestAccuracy:F2} % after {last.Epoch:0.##} epochs "
            + $"in {TimeSpan.FromSeconds(last.Seconds):h\\:mm\\:ss}; the best on the way was {100 * folder.Best!.TestAccuracy:F2} %."));
        Terminal.Output.WriteLine($"The model: {folder.ModelFile}");
        return ExitCode.Success;
    }

    /// <summary>Where the network comes from.</summary>
    private protected abstract INetworkSource Networks(TSettings settings, CancellationToken cancellationToken);

    private static string DataName(string data) =>
        Path.GetFileNameWithoutExtension(Path.TrimEndingDirectorySeparator(data));
}
