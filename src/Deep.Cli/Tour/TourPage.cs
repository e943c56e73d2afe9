using System.Globalization;
using System.Net;
using System.Text;

namespace Deep.Cli.Tour;

/// <summary>Writes the chapters as one self-contained HTML page: styles inline, pictures as data, no scripts.</summary>
internal static class TourPage
{
    private const string StyleResource = "Deep.Cli.Tour.page.css";

    /// <summary>Puts the page together.</summary>
    /// <param name="sections">The chapters that ran, in their order.</param>
    /// <param name="machine">Where it ran, in one line.</param>
    /// <param name="made">When it ran.</param>
    /// <param name="seconds">How long all chapters took.</param>
    public static string Write(
        IReadOnlyList<(ITourChapter Chapter, ChapterReport Report)> sections, string machine, DateTimeOffset made,
        double seconds)
    {
        var html = new StringBuilder();
        html.Append(
            $"""
            <!doctype html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Deep: the tour</title>
            <style>
            {ReadStyle()}
            </style>
            </head>
            <body>
            <header>
            <p class="brand">Deep</p>
            <h1>What this machine just did</h1>
            <p class="lead">Neural networks in C#, run by <code>deep tour</code> in {Number(seconds, "F1")} seconds.</p>
            </header>
            <main>

            """);
        if (sections.Count > 1)
        {
            html.Append("<nav>");
            foreach (var (chapter, _) in sections)
            {
                html.Append($"<a href=\"#{Text(chapter.Id)}\">{Text(chapter.Title)}</a>");
            }

            html.Append("</nav>\n");
        }

        foreach (var (chapter, report) in sections)
        {
            html.Append(
                $"""
                <section id="{Text(chapter.Id)}">
                <h2>{Text(chapter.Title)}</h2>
                {report.Html}
                </section>

                """);
        }

        html.Append(
            $"""
            </main>
            <footer>
            <p>{Text(machine)}</p>
            <p>{Text(made.ToString("yyyy-MM-dd HH:mm 'UTC'zzz", CultureInfo.InvariantCulture))}</p>
            </footer>
            </body>
            </html>

            """);
        return html.ToString();
    }

    /// <summary>Text as it may stand in HTML.</summary>
    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number as it may stand in HTML and CSS.</summary>
    public static string Number(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    /// <summary>A picture's bytes as they may stand in an <c>src</c> attribute.</summary>
    public static string DataUri(ReadOnlySpan<byte> bytes, string type) =>
        $"data:{type};base64,{Convert.ToBase64String(bytes)}";

    private static string ReadStyle()
    {
        using var stream = typeof(TourPage).Assembly.GetManifestResourceStream(StyleResource)!;
        using var reader = new StreamReader(stream, Encoding.UTF8);
        return reader.ReadToEnd().TrimEnd();
    }
}
