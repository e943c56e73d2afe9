namespace Deep.Cli.Tour;

/// <summary>What a chapter of the tour found.</summary>
/// <param name="Html">The body of its section of the page, self-contained.</param>
/// <param name="Columns">Headings of its table for the terminal.</param>
/// <param name="Rows">Rows of that table, each as long as <paramref name="Columns"/>.</param>
/// <param name="Summary">The result in one sentence with its figures.</param>
internal sealed record ChapterReport(
    string Html,
    IReadOnlyList<string> Columns,
    IReadOnlyList<IReadOnlyList<string>> Rows,
    string Summary);
