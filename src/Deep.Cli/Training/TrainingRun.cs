using System.Globalization;
using Deep.Cli.Reporting;

namespace Deep.Cli.Training;

/// <summary>Shows a training run while it goes on, and says how to go on with one that was stopped.</summary>
internal static class TrainingRun
{
    private static readonly TimeSpan LineInterval = TimeSpan.FromSeconds(10);

    /// <summary>Trains.</summary>
    /// <param name="terminal">Where it is shown.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="terms">What is counted.</param>
    /// <param name="steps">The steps of the whole run.</param>
    /// <param name="arguments">The command line, which also goes on with the run.</param>
    /// <param name="fit">Trains, and tells the report.</param>
    /// <exception cref="OperationCanceledException">The run was stopped; where it was saved has been said.</exception>
    public static void Show(
        Terminal terminal, RunFolder folder, TrainingTerms terms, long steps, IEnumerable<string> arguments, Action<TrainingReport> fit)
    {
        TrainingReport? report = null;
        try
        {
            ProgressBar.Show(terminal, LineInterval, display =>
                fit(report = new TrainingReport(display, folder, terms, terminal.WriteWarning)));
        }
        catch (OperationCanceledException) when (report?.SavedStep is { } step)
        {
            if (folder.History.Count > 0)
            {
                terminal.Output.WriteLine($"The model of the last test: {folder.ModelFile}");
            }

            terminal.Output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"Saved after step {step} of {steps}. To go on: {CommandLine.ToGoOn(arguments)}"));
            throw;
        }
    }
}
