using System.Globalization;
using System.Net;
using System.Text;

namespace Deep.Nowcast.Plots;

/// <summary>Text and numbers as they stand in the page; names come from users and are encoded.</summary>
internal static class Markup
{
    public const string Undefined = "–";

    public static string Text(string text) => WebUtility.HtmlEncode(text);

    /// <summary>A number with so many significant places as a reader needs, or a dash where it is not defined.</summary>
    public static string Number(double value, int digits = 3)
    {
        if (!double.IsFinite(value))
        {
            return Undefined;
        }

        var size = value == 0 ? 0 : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        var text = size is < -4 or > 6
            ? value.ToString("0.##E0", CultureInfo.InvariantCulture)
            : Math.Round(value, Math.Clamp(digits - 1 - size, 0, 6)).ToString($"F{Math.Clamp(digits - 1 - size, 0, 6)}", CultureInfo.InvariantCulture);
        return text.Replace("-", "−", StringComparison.Ordinal);
    }

    /// <summary>A score without unit with the same decimals in all rows, or a dash where it is not defined.</summary>
    public static string Score(double value, int decimals = 3)
    {
        var text = double.IsFinite(value) ? value.ToString($"F{decimals}", CultureInfo.InvariantCulture) : Undefined;
        var zero = text.AsSpan().IndexOfAnyExcept("-0.") < 0;
        return (zero ? text.TrimStart('-') : text).Replace("-", "−", StringComparison.Ordinal);
    }

    /// <summary>How many, with commas between thousands.</summary>
    public static string Count(double value) => double.IsFinite(value) ? value.ToString("#,0", CultureInfo.InvariantCulture) : Undefined;

    /// <summary>A setting, such as a threshold or a lead time, without zeros that say nothing.</summary>
    public static string Setting(double value) => value.ToString("0.####", CultureInfo.InvariantCulture);

    /// <summary>A coordinate in a drawing.</summary>
    public static string Place(double value) => Math.Round(value, 2).ToString(CultureInfo.InvariantCulture);

    public static StringBuilder Add(this StringBuilder page, FormattableString text) => page.Append(text.ToString(CultureInfo.InvariantCulture));

    /// <summary>A table with a heading for each column; rows of cells that are encoded already.</summary>
    public static void Table(StringBuilder page, string caption, IEnumerable<string> columns, IEnumerable<IEnumerable<string>> rows)
    {
        page.Add($"<p class=\"caption\">{Text(caption)}</p><div class=\"scroll\"><table><thead><tr>");
        page.AppendJoin("", columns.Select(c => $"<th>{Text(c)}</th>")).Append("</tr></thead><tbody>");
        foreach (var row in rows)
        {
            page.Append("<tr>").AppendJoin("", row.Select(c => c.StartsWith("<td", StringComparison.Ordinal) ? c : $"<td>{c}</td>")).Append("</tr>");
        }

        page.Append("</tbody></table></div>");
    }

    /// <summary>Which colour and dash is which model.</summary>
    public static void Legend(StringBuilder page, IEnumerable<(string Name, string Colour, string Dash)> entries)
    {
        page.Append("<div class=\"legend\">");
        foreach (var (name, colour, dash) in entries)
        {
            page.Add($"<span><svg viewBox=\"0 0 30 10\"><line x1=\"0\" y1=\"5\" x2=\"30\" y2=\"5\" stroke=\"{colour}\" stroke-width=\"3\" stroke-dasharray=\"{dash}\"/></svg>{Text(name)}</span>");
        }

        page.Append("</div>");
    }

    /// <summary>The models' colours and dashes, and after them what else the drawings show.</summary>
    public static void Models(StringBuilder page, NowcastReport report, params (string Name, string Colour, string Dash)[] others) =>
        Legend(page, [.. report.Models.Select((m, i) => (m.Name, PageStyle.ColourOf(i), PageStyle.DashOf(i))), .. others]);
}
