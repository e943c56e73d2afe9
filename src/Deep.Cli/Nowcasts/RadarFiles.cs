namespace Deep.Cli.Nowcasts;

/// <summary>The radar files of a command line.</summary>
internal static class RadarFiles
{
    /// <summary>Files as they are named; of a folder, all that it holds directly, in order of their names.</summary>
    /// <exception cref="WrongInputException">A path is not there, or there is no file.</exception>
    public static IReadOnlyList<string> Of(IEnumerable<string> paths)
    {
        string[] files = [.. paths.SelectMany(In)];
        return files.Length > 0 ? files : throw new WrongInputException("There is no radar file.");
    }

    private static IEnumerable<string> In(string path) =>
        Directory.Exists(path) ? Directory.GetFiles(path).Where(file => !Path.GetFileName(file).StartsWith('.')).Order(StringComparer.Ordinal)
        : File.Exists(path) ? [path]
        : throw new WrongInputException($"There is no file or folder '{path}'.");
}
