using System.Globalization;
using System.Numerics;
using Deep.Media;

namespace Deep.Perceivers;

/// <summary>Reads the surface of a Wavefront OBJ file; materials, normals, curves and groups are passed over.</summary>
public static class ObjReader
{
    /// <summary>Largest file in bytes.</summary>
    public const long MaxBytes = 256L << 20;

    /// <summary>Most corners and most triangles of a file.</summary>
    public const int MaxElements = 10_000_000;

    private const int MaxLine = 1 << 16;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The surface: polygons are cut into a fan of triangles.</returns>
    /// <exception cref="MediaException">The file cannot be read, is damaged, or exceeds a limit.</exception>
    public static TriangleMesh Read(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return Read(file, path);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }

    /// <summary>Reads a stream to its end.</summary>
    /// <param name="stream">The content of an OBJ file; it is not closed.</param>
    /// <param name="source">What errors call it.</param>
    /// <exception cref="MediaException">The content is damaged or exceeds a limit.</exception>
    public static TriangleMesh Read(Stream stream, string source = "stream")
    {
        ArgumentNullException.ThrowIfNull(stream);
        var (vertices, triangles) = (new List<Vector3>(), new List<(int, int, int)>());
        var number = 0;
        foreach (var line in Lines(stream, source))
        {
            number++;
            var words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            var added = words switch
            {
                ["v", _, _, _, ..] => AddVertex(vertices, words),
                ["f", _, _, _, ..] => AddPolygon(triangles, words, vertices.Count),
                ["v" or "f", ..] => false,
                _ => true,
            };
            if (!added)
            {
                throw new MediaException(
                    source, $"line {number} is no corner of three finite numbers and no polygon of three or more corners "
                    + "that stand above it.");
            }

            if (vertices.Count > MaxElements || triangles.Count > MaxElements)
            {
                throw new MediaException(source, $"it has more than {MaxElements} corners or triangles.");
            }
        }

        return triangles.Count > 0 ? new TriangleMesh(vertices, triangles)
            : throw new MediaException(source, "the content has no polygon: it is no OBJ file, or an empty one.");
    }

    private static IEnumerable<string> Lines(Stream stream, string source)
    {
        using var reader = new StreamReader(stream, leaveOpen: true);
        var (buffer, line, read) = (new char[1 << 14], new System.Text.StringBuilder(), 0L);
        for (int count; (count = reader.Read(buffer)) > 0;)
        {
            read += count;
            if (read > MaxBytes)
            {
                throw new MediaException(source, $"it is larger than {MaxBytes} bytes.");
            }

            var from = 0;
            for (var at = 0; at < count; at++)
            {
                if (buffer[at] == '\n')
                {
                    yield return line.Append(buffer, from, at - from).ToString();
                    line.Clear();
                    from = at + 1;
                }
            }

            line.Append(buffer, from, count - from);
            if (line.Length > MaxLine)
            {
                throw new MediaException(source, $"a line is longer than {MaxLine} characters.");
            }
        }

        yield return line.ToString();
    }

    private static bool AddVertex(List<Vector3> vertices, string[] words)
    {
        Span<float> place = stackalloc float[3];
        for (var axis = 0; axis < 3; axis++)
        {
            if (!float.TryParse(words[axis + 1], NumberStyles.Float, CultureInfo.InvariantCulture, out place[axis])
                || !float.IsFinite(place[axis]))
            {
                return false;
            }
        }

        vertices.Add(new Vector3(place));
        return true;
    }

    // "f 1/2/3 4//5 -1": only the corner before the first slash counts; a negative one counts from the end.
    private static bool AddPolygon(List<(int, int, int)> triangles, string[] words, int vertices)
    {
        if (!Corner(words[1], vertices, out var first) || !Corner(words[2], vertices, out var last))
        {
            return false;
        }

        for (var word = 3; word < words.Length; word++)
        {
            if (!Corner(words[word], vertices, out var next))
            {
                return false;
            }

            triangles.Add((first, last, next));
            last = next;
        }

        return true;
    }

    private static bool Corner(string word, int vertices, out int index)
    {
        var number = word.AsSpan(0, word.IndexOf('/') is var slash and >= 0 ? slash : word.Length);
        if (!int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out index))
        {
            return false;
        }

        index = index < 0 ? vertices + index : index - 1;
        return index >= 0 && index < vertices;
    }
}
