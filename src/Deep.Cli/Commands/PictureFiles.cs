namespace Deep.Cli.Commands;

/// <summary>Finds the pictures that a command line means.</summary>
internal static class PictureFiles
{
    /// <summary>Files as they were named; folders with all pictures below them, in the order of their paths.</summary>
    /// <exception cref="WrongInputException">A path does not exist, or a folder has no picture.</exception>
    public static IReadOnlyList<string> Find(IEnumerable<string> paths) => [.. paths.SelectMany(FindBelow)];

    private static string[] FindBelow(string path)
    {
        if (File.Exists(path))
        {
            return [path];
        }

        if (!Directory.Exists(path))
        {
            throw new WrongInputException($"There is no file or folder '{path}'.");
        }

        string[] found = [.. Directory.EnumerateFiles(path, "*", SearchOption.AllDirectories)
            .Where(file => PictureFormats.IsPicture(file))
            .Order(StringComparer.Ordinal)];
        return found.Length > 0
            ? found
            : throw new WrongInputException($"The folder '{path}' has no picture ({PictureFormats.Names}).");
    }
}
