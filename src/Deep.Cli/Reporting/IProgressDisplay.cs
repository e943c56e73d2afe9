namespace Deep.Cli.Reporting;

/// <summary>Shows how far a long piece of work is.</summary>
internal interface IProgressDisplay
{
    /// <summary>Replaces what is shown.</summary>
    /// <param name="fraction">The finished part, 0 to 1.</param>
    /// <param name="text">What a reader wants to know now, in one short line.</param>
    void Report(double fraction, string text);

    /// <summary>Writes a line that stays.</summary>
    void Note(string line);
}
