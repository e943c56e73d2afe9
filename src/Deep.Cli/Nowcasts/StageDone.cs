using Deep.Cli.Reporting;
using Deep.Nowcast;

namespace Deep.Cli.Nowcasts;

/// <summary>Shows how far a forecast is.</summary>
internal sealed class StageDone(IProgressDisplay display) : IProgress<NowcastProgress>
{
    public void Report(NowcastProgress value) => display.Report(value.Fraction, FormattableString.Invariant($"{value.Stage}: {value.Done} of {value.Total}"));
}
