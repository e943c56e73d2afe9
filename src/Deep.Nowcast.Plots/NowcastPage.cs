using System.Globalization;
using System.Text;
using Deep.Checkpoints;

namespace Deep.Nowcast.Plots;

/// <summary>Draws a verification as one HTML file that needs nothing else: inline SVG and PNG, no scripts.</summary>
/// <remarks>The same report gives the same bytes. Safe for concurrent use.</remarks>
public static class NowcastPage
{
    /// <summary>The page as HTML.</summary>
    /// <param name="report">The verification.</param>
    /// <param name="options">What is shown; null for the defaults.</param>
    /// <exception cref="ConfigurationException">The reference is not in the report, or a resampling option is out of its range.</exception>
    /// <exception cref="Deep.Media.MediaException">There are maps, and SkiaSharp's native library is missing.</exception>
    public static string Html(NowcastReport report, NowcastPageOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(report);
        options ??= new();
        var page = new StringBuilder();
        page.Append(CultureInfo.InvariantCulture, $"<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><title>{Markup.Text(options.Title)}</title>")
            .Append("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">")
            .Append(CultureInfo.InvariantCulture, $"<style>{PageStyle.Css}</style></head><body><main>");
        page.Append(CultureInfo.InvariantCulture, $"<h1>{Markup.Text(options.Title)}</h1>");
        if (options.Remark is { } remark)
        {
            page.Append(CultureInfo.InvariantCulture, $"<p>{Markup.Text(remark)}</p>");
        }

        OverviewSection.Write(page, report);
        MapSection.Write(page, report);
        LeadSection.Write(page, report);
        EnsembleSection.Write(page, report);
        ValueSection.Write(page, report);
        DifferenceSection.Write(page, report, options);
        TableSection.Write(page, report);
        return page.Append("</main></body></html>\n").ToString();
    }

    /// <summary>Writes the page, as a whole or not at all.</summary>
    /// <param name="report">The verification.</param>
    /// <param name="path">The file; its folder must exist.</param>
    /// <param name="options">What is shown; null for the defaults.</param>
    /// <exception cref="IOException">The file cannot be written; nothing has changed.</exception>
    /// <exception cref="ConfigurationException">The reference is not in the report, or a resampling option is out of its range.</exception>
    public static void Save(NowcastReport report, string path, NowcastPageOptions? options = null)
    {
        var bytes = Encoding.UTF8.GetBytes(Html(report, options));
        AtomicFile.Write(path, stream => stream.Write(bytes));
    }
}
