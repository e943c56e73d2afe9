using System.Text.Json;
using System.Xml.Linq;

namespace Deep.Suite.Tests.Rules;

/// <summary>What every package carries, and which versions of others it is built with.</summary>
public sealed class PackageRules
{
    private static readonly string[] NativeBackends = ["TorchSharp-", "libtorch-", "SkiaSharp.NativeAssets"];

    public static TheoryData<string> Packages => [.. RepositoryFiles.Packages.Select(p => Path.GetFileName(p)!)];

    public static TheoryData<string> Libraries => [.. RepositoryFiles.Packages.Select(p => Path.GetFileName(p)!).Where(p => p != "Deep.Cli")];

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_a_readme_and_a_changelog_that_names_its_version(string package)
    {
        var readme = File.ReadAllText(At(package, "README.md"));
        Assert.StartsWith($"# {package}", readme, StringComparison.Ordinal);
        Assert.True(readme.Length > 400, "the readme says too little");
        Assert.Contains(Project(package).Descendants("Version").Single().Value, File.ReadAllText(At(package, "CHANGELOG.md")), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Packages))]
    public void A_package_has_its_own_version_description_and_tags(string package)
    {
        var project = Project(package);
        Assert.Matches(@"^\d+\.\d+\.\d+", project.Descendants("Version").Single().Value);
        Assert.NotEmpty(project.Descendants("Description").Single().Value);
        Assert.NotEmpty(project.Descendants("PackageTags").Single().Value);
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_lists_its_public_surface(string package)
    {
        Assert.True(File.Exists(At(package, "PublicAPI.Shipped.txt")), "PublicAPI.Shipped.txt is missing");
        Assert.True(File.Exists(At(package, "PublicAPI.Unshipped.txt")), "PublicAPI.Unshipped.txt is missing");
    }

    [Theory]
    [MemberData(nameof(Libraries))]
    public void A_library_never_references_a_native_backend(string package)
    {
        var references = Project(package).Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value);
        Assert.DoesNotContain(references, r => NativeBackends.Any(b => r.StartsWith(b, StringComparison.OrdinalIgnoreCase)));
        Assert.DoesNotContain(Project(package).Descendants("Import"), i => i.Attribute("Project")!.Value.EndsWith("Backend.props", StringComparison.Ordinal));
    }

    [Fact]
    public void Every_package_that_a_build_uses_is_pinned_transitive_ones_too()
    {
        var used = Restored().SelectMany(Libraries).Distinct().ToList();
        Assert.NotEmpty(used);
        var wrong = from library in used
                    let pin = RepositoryFiles.Pins.GetValueOrDefault(library.Name)
                    where pin != library.Version
                    orderby library.Name
                    select pin is null ? $"{library.Name} {library.Version} is not pinned" : $"{library.Name} is pinned to {pin}, but {library.Version} is used";
        Assert.Empty(wrong);

        static IEnumerable<(string Name, string Version)> Libraries(JsonDocument assets) =>
            from library in assets.RootElement.GetProperty("libraries").EnumerateObject()
            where library.Value.GetProperty("type").GetString() == "package"
            let parts = library.Name.Split('/')
            select (parts[0], parts[1]);
    }

    [Fact]
    public void Every_pinned_version_is_exact() =>
        Assert.Empty(RepositoryFiles.Pins.Where(p => p.Value.IndexOfAny(['*', '[', '(', ',']) >= 0).Select(p => p.Key));

    [Fact]
    public void A_restore_gives_no_warning()
    {
        var warnings = Restored().SelectMany(a => a.RootElement.TryGetProperty("logs", out var logs) ? [.. logs.EnumerateArray()] : Array.Empty<JsonElement>());
        Assert.Empty(warnings.Select(w => w.GetProperty("message").GetString()));
    }

    [Fact]
    public void No_project_states_a_version_of_a_package_itself()
    {
        var stated = from file in RepositoryFiles.Below(".csproj", "src", "tests", "samples", "benchmarks")
                     where !RepositoryFiles.Short(file).StartsWith("tests/Consumers/", StringComparison.Ordinal)
                     from reference in XDocument.Load(file).Descendants("PackageReference")
                     where reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null
                     select $"{RepositoryFiles.Short(file)}: {reference.Attribute("Include")!.Value}";
        Assert.Empty(stated);
    }

    private static IEnumerable<JsonDocument> Restored() =>
        RepositoryFiles.Below(".csproj", "src", "tests", "samples", "benchmarks")
            .Where(p => !RepositoryFiles.Short(p).StartsWith("tests/Consumers/", StringComparison.Ordinal))
            .Select(p => Path.Combine(Path.GetDirectoryName(p)!, "obj", "project.assets.json"))
            .Where(File.Exists)
            .Select(f => JsonDocument.Parse(File.ReadAllBytes(f)));

    private static string At(string package, string file) => Path.Combine(RepositoryFiles.Root, "src", package, file);

    private static XDocument Project(string package) => XDocument.Load(At(package, package + ".csproj"));
}
