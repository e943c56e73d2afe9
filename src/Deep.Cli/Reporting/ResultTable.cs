using Spectre.Console;

namespace Deep.Cli.Reporting;

/// <summary>A table of results: drawn on a terminal, in plain aligned columns where the output is redirected.</summary>
/// <param name="columns">The headings; one that ends in <c>&gt;</c> heads numbers, aligned to the right.</param>
internal sealed class ResultTable(params IReadOnlyList<string> columns)
{
    private const string Gap = "  ";
    private readonly List<string[]> rows = [];

    /// <summary>Adds a row, as long as the headings.</summary>
    public void Add(params string[] cells) => rows.Add(cells);

    /// <summary>Writes the table.</summary>
    public void WriteTo(Terminal terminal)
    {
        if (terminal.IsInteractive)
        {
            Draw(terminal.Console);
        }
        else
        {
            WritePlain(terminal.Output);
        }
    }

    private static bool IsNumeric(string heading) => heading.EndsWith('>');

    private static string Heading(string column) => column.TrimEnd('>');

    private void Draw(IAnsiConsole console)
    {
        var table = new Table().Border(TableBorder.Rounded).BorderColor(Color.Grey);
        foreach (var column in columns)
        {
            var drawn = new TableColumn($"[bold]{Markup.Escape(Heading(column))}[/]");
            table.AddColumn(IsNumeric(column) ? drawn.RightAligned() : drawn);
        }

        foreach (var row in rows)
        {
            table.AddRow([.. row.Select(cell => new Text(cell))]);
        }

        console.Write(table);
    }

    private void WritePlain(TextWriter writer)
    {
        string[] headings = [.. columns.Select(Heading)];
        string[][] lines = [headings, .. rows];
        int[] widths = [.. headings.Select((_, i) => lines.Max(line => line[i].Length))];
        foreach (var row in lines)
        {
            var cells = row.Select((cell, i) =>
                IsNumeric(columns[i]) ? cell.PadLeft(widths[i]) : cell.PadRight(widths[i]));
            writer.WriteLine(string.Join(Gap, cells).TrimEnd());
        }
    }
}
