using Deep.Cli.Reporting;

namespace Deep.Cli.Tests.Reporting;

public sealed class PlainOutputTests
{
    [Fact]
    public void Plain_progress_is_a_line_whenever_enough_time_has_passed()
    {
        using var writer = new StringWriter();
        var clock = new Clock();
        var progress = new PlainProgress(writer, TimeSpan.FromSeconds(10), clock);

        progress.Report(0.1, "too early");
        clock.Advance(TimeSpan.FromSeconds(11));
        progress.Report(0.25, "in time");
        progress.Report(0.3, "too early again");
        progress.Note("a note");
        clock.Advance(TimeSpan.FromSeconds(9));
        progress.Report(0.4, "too early after the note");

        Assert.Equal([" 25.0 %  in time", "a note"], Lines(writer));
    }

    [Fact]
    public void A_redirected_table_has_aligned_columns_and_no_frame()
    {
        using var output = new StringWriter();
        var table = new ResultTable("name", "size>");
        table.Add("long name", "7");
        table.Add("x", "1,234");

        table.WriteTo(new Terminal(output, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false));

        Assert.Equal(["name        size", "long name      7", "x          1,234"], Lines(output));
    }

    [Fact]
    public void A_redirected_table_never_wraps()
    {
        using var output = new StringWriter();
        var table = new ResultTable("path");
        table.Add(new string('x', 1000));
        table.WriteTo(new Terminal(output, TextWriter.Null, outputIsTerminal: false, errorIsTerminal: false));
        Assert.Equal(2, Lines(output).Length);
    }

    [Fact]
    public void An_error_of_several_lines_becomes_one_line()
    {
        using var error = new StringWriter();
        var terminal = new Terminal(TextWriter.Null, error, outputIsTerminal: false, errorIsTerminal: false);
        terminal.WriteError("one [red]two[/]\r\n  three\n");
        Assert.Equal(["error: one [red]two[/] three"], Lines(error));
    }

    private static string[] Lines(StringWriter writer) =>
        writer.ToString().Split(Environment.NewLine, StringSplitOptions.RemoveEmptyEntries);

    private sealed class Clock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public void Advance(TimeSpan time) => now += time.Ticks;

        public override long GetTimestamp() => now;
    }
}
