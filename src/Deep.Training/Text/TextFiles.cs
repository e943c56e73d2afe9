using System.Text;

namespace Deep.Training;

/// <summary>Reads text files for training: UTF-8, one after the other.</summary>
public static class TextFiles
{
    // A .NET string holds about 2^30 characters; the rest of the way is for the files after this one.
    private const long MaximumBytes = 1_000_000_000;

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the files in their order as one text; a byte order mark at the start of a file is left out.</summary>
    /// <param name="paths">The files, one or more.</param>
    /// <returns>The text, with the line ends as they are in the files.</returns>
    /// <exception cref="TextException">
    /// A file is missing, cannot be read, is not UTF-8 (the place is named), all are empty, or together they are larger
    /// than 1 GB.
    /// </exception>
    /// <exception cref="ConfigurationException">There is no path.</exception>
    public static string Read(params IReadOnlyList<string> paths)
    {
        ArgumentNullException.ThrowIfNull(paths);
        if (paths.Count == 0)
        {
            throw new ConfigurationException(nameof(paths), "one text file or more", "an empty list");
        }

        var text = new StringBuilder();
        var bytes = 0L;
        foreach (var path in paths)
        {
            var content = ReadBytes(path, ref bytes);
            text.Append(Decode(path, content));
        }

        return text.Length > 0
            ? text.ToString()
            : throw new TextException(string.Join(", ", paths), "expected text, found nothing: 0 bytes.");
    }

    private static byte[] ReadBytes(string path, ref long total)
    {
        if (Directory.Exists(path))
        {
            throw new TextException(path, "expected a text file, found a folder.");
        }

        try
        {
            total += new FileInfo(path).Length;
            return total <= MaximumBytes
                ? File.ReadAllBytes(path)
                : throw new TextException(path, $"expected at most {MaximumBytes:N0} bytes of text in all, found {total:N0}.");
        }
        catch (Exception error) when (error is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new TextException(path, "expected a text file, found none.", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new TextException(path, $"cannot be read: {error.Message}", error);
        }
    }

    private static string Decode(string path, byte[] content)
    {
        var start = content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Encoding.UTF8.Preamble.Length : 0;
        try
        {
            return Strict.GetString(content, start, content.Length - start);
        }
        catch (DecoderFallbackException error)
        {
            var place = start + error.Index;
            throw new TextException(
                path, $"expected UTF-8 text, found the byte 0x{content[Math.Clamp(place, 0, content.Length - 1)]:X2} at {place:N0}.", error);
        }
    }
}
