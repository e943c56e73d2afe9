using System.Text;

namespace Deep.Training;

/// <summary>A list of pictures as comma-separated values with a header that names the columns path and label.</summary>
/// <remarks>
/// Fields may be quoted (RFC 4180), rows may not span lines. Paths are relative to the list's folder and never leave it.
/// </remarks>
internal static class PictureTable
{
    private const long MostBytes = 1L << 30;
    private const int LongestLine = 1 << 16;

    public static PictureFile[] Read(string path)
    {
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        Require(file.Length <= MostBytes, path, 0, $"at most {MostBytes} bytes", file.Length);
        using var reader = new StreamReader(file, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            return Read(reader, path, folder);
        }
        catch (DecoderFallbackException e)
        {
            throw new ConfigurationException($"picture list {path}", "text in UTF-8", e.Message);
        }
    }

    private static PictureFile[] Read(StreamReader reader, string path, string folder)
    {
        var header = Fields(ReadLine(reader, path, 1) ?? "", path, 1).Select(name => name.Trim().ToLowerInvariant()).ToList();
        var (pathColumn, labelColumn) = (header.IndexOf("path"), header.IndexOf("label"));
        var isWhole = pathColumn >= 0 && labelColumn >= 0;
        Require(isWhole, path, 1, "a header with the columns path and label", string.Join(", ", header));

        var files = new List<PictureFile>();
        for (var line = 2; ReadLine(reader, path, line) is { } text; line++)
        {
            if (string.IsNullOrWhiteSpace(text))
            {
                continue;
            }

            var fields = Fields(text, path, line);
            Require(fields.Count == header.Count, path, line, $"{header.Count} fields", fields.Count);
            var label = fields[labelColumn].Trim();
            Require(label.Length > 0, path, line, "a label", "none");
            var name = fields[pathColumn].Trim().Replace('\\', '/');
            Require(StaysBelow(name), path, line, "a relative path below the list's folder", name);
            files.Add(new PictureFile(name, label, Path.Combine(folder, name)));
        }

        Require(files.Count > 0, path, 2, "at least one picture", "none");
        return [.. files];
    }

    private static bool StaysBelow(string name) =>
        name.Length > 0 && !name.Any(char.IsControl) && !name.Contains(':', StringComparison.Ordinal)
        && !Path.IsPathRooted(name) && name.Split('/').All(part => part is not ("" or "." or ".."));

    // Reads no more of a line than may be, whatever the file holds.
    private static string? ReadLine(StreamReader reader, string path, int line)
    {
        var text = new StringBuilder();
        for (int next; (next = reader.Read()) >= 0;)
        {
            if (next == '\n')
            {
                return text.ToString().TrimEnd('\r');
            }

            text.Append((char)next);
            Require(text.Length <= LongestLine, path, line, $"at most {LongestLine} characters in a line", "more");
        }

        return text.Length > 0 ? text.ToString() : null;
    }

    private static List<string> Fields(string text, string path, int line)
    {
        var fields = new List<string>();
        var field = new StringBuilder();
        var isQuoted = false;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '"' && isQuoted && i + 1 < text.Length && text[i + 1] == '"')
            {
                field.Append('"');
                i++;
            }
            else if (text[i] == '"')
            {
                isQuoted = !isQuoted;
            }
            else if (text[i] == ',' && !isQuoted)
            {
                fields.Add(field.ToString());
                field.Clear();
            }
            else
            {
                field.Append(text[i]);
            }
        }

        Require(!isQuoted, path, line, "quotes that are closed in the same line", text);
        fields.Add(field.ToString());
        return fields;
    }

    private static void Require(bool holds, string path, int line, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"picture list {path}, line {line}", expected, found);
        }
    }
}
