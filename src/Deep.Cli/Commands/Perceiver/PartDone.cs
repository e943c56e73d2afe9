using Deep.Cli.Reporting;

namespace Deep.Cli.Commands;

/// <summary>Shows the part of a computation that is done, on the thread that computes.</summary>
internal sealed class PartDone(IProgressDisplay display, string of) : IProgress<double>
{
    public void Report(double value) => display.Report(value, FormattableString.Invariant($"{100 * value:F0} % {of}"));
}
