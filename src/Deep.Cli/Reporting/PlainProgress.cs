namespace Deep.Cli.Reporting;

/// <summary>Progress for a redirected output: a line whenever enough time has passed.</summary>
/// <param name="writer">Where the lines go.</param>
/// <param name="interval">The shortest time between two lines of progress; notes are always written.</param>
/// <param name="time">The clock.</param>
internal sealed class PlainProgress(TextWriter writer, TimeSpan interval, TimeProvider time) : IProgressDisplay
{
    private long lastLine = time.GetTimestamp();

    public void Report(double fraction, string text)
    {
        if (time.GetElapsedTime(lastLine) >= interval)
        {
            Note($"{fraction * 100,5:F1} %  {text}");
        }
    }

    public void Note(string line)
    {
        lastLine = time.GetTimestamp();
        writer.WriteLine(line);
        writer.Flush();
    }
}
