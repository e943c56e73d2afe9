using System.Xml.Linq;
using Deep.Tests;

namespace Deep.Suite.Tests;

/// <summary>The repository's own files, without what a build writes.</summary>
internal static class RepositoryFiles
{
    private static readonly string[] Written = ["bin", "obj", "artifacts", "TestResults", ".git", ".vs"];

    /// <summary>The repository's root folder.</summary>
    public static string Root => SharedData.Repository;

    /// <summary>Files with an extension below folders of the repository, in order of their paths.</summary>
    public static IReadOnlyList<string> Below(string extension, params string[] folders) =>
        [.. folders.Select(f => Path.Combine(Root, f)).Where(Directory.Exists).SelectMany(f => Walk(f, extension)).Order(StringComparer.Ordinal)];

    /// <summary>The folders of the packages.</summary>
    public static IReadOnlyList<string> Packages => [.. Directory.GetDirectories(Path.Combine(Root, "src")).Order(StringComparer.Ordinal)];

    /// <summary>A path as it stands in the repository.</summary>
    public static string Short(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Versions by package name of the central version file.</summary>
    public static IReadOnlyDictionary<string, string> Pins { get; } =
        XDocument.Load(Path.Combine(Root, "packages.props")).Descendants("PackageVersion")
            .ToDictionary(p => p.Attribute("Include")!.Value, p => p.Attribute("Version")!.Value, StringComparer.OrdinalIgnoreCase);

    private static IEnumerable<string> Walk(string folder, string extension) =>
        Directory.EnumerateFiles(folder).Where(f => f.EndsWith(extension, StringComparison.Ordinal))
            .Concat(Directory.EnumerateDirectories(folder)
                .Where(d => !Written.Contains(Path.GetFileName(d)))
                .SelectMany(d => Walk(d, extension)));
}
