namespace Deep.Parity.Cases;

/// <summary>The folder with the data files that cases name.</summary>
public sealed class SharedFolder(string root)
{
    /// <summary>A file that a case names: a path below the folder, or a name somewhere below its data/.</summary>
    /// <exception cref="MalformedCaseException">There is no such file.</exception>
    public string Resolve(string name)
    {
        string[] places = [name, Path.Combine("data", name), Path.Combine("data", "nfnet", name), Path.Combine("data", "images", name)];
        var data = Path.Combine(root, "data");
        return places.Select(p => Path.Combine(root, p)).FirstOrDefault(File.Exists)
            ?? (Directory.Exists(data) ? Directory.EnumerateFiles(data, "*", SearchOption.AllDirectories) : [])
                .Order(StringComparer.Ordinal)
                .FirstOrDefault(f => Path.GetFileName(f) == name)
            ?? throw new MalformedCaseException($"the file {name} is not below {root}");
    }

    /// <summary>The given folder, else "shared" beside the checkout, else the one that the cases themselves lie in.</summary>
    public static SharedFolder Find(string? given, IEnumerable<string> cases)
    {
        var beside = Ancestors(Environment.CurrentDirectory).Concat(Ancestors(AppContext.BaseDirectory))
            .Where(folder => File.Exists(Path.Combine(folder, "Deep.slnx")))
            .Select(folder => Path.GetFullPath(Path.Combine(folder, "..", "shared")));
        var around = cases.SelectMany(c => Ancestors(Path.GetFullPath(c)));
        return new(given ?? beside.Concat(around).FirstOrDefault(f => Directory.Exists(Path.Combine(f, "data"))) ?? Environment.CurrentDirectory);
    }

    private static IEnumerable<string> Ancestors(string path)
    {
        for (var folder = path; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
        }
    }
}
