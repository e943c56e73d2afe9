using System.Text.RegularExpressions;

namespace Deep.Suite.Tests.Rules;

/// <summary>What no source file may contain, and how long it may be.</summary>
public sealed partial class SourceRules
{
    private const int LongestFile = 350;

    // A longer file needs its reason here.
    private static readonly Dictionary<string, string> LongFiles = [];

    // The one place that may make these calls, because it is their guarded version.
    private static readonly string[] Guards = ["src/Deep.Core/Tensors/GuardedMatMul.cs"];

    [Fact]
    public void No_source_file_is_longer_than_350_lines_without_a_listed_reason() =>
        Assert.Empty(RepositoryFiles.Below(".cs", "src", "tests", "samples", "benchmarks")
            .Select(f => (Name: RepositoryFiles.Short(f), Lines: File.ReadLines(f).Count()))
            .Where(f => f.Lines > LongestFile && !LongFiles.ContainsKey(f.Name))
            .Select(f => $"{f.Name} has {f.Lines} lines"));

    [Fact]
    public void Every_listed_reason_for_a_long_file_is_still_needed() =>
        Assert.DoesNotContain(LongFiles.Keys, name => File.ReadLines(Path.Combine(RepositoryFiles.Root, name)).Count() <= LongestFile);

    [Fact]
    public void No_source_calls_what_can_end_the_process()
    {
        var calls = from file in RepositoryFiles.Below(".cs", "src", "samples")
                    let name = RepositoryFiles.Short(file)
                    from line in File.ReadLines(file).Select((text, index) => (Text: Code(text), Number: index + 1))
                    let call = ProcessEndingCall().Match(line.Text)
                    where call.Success && !Guards.Contains(name)
                    select $"{name}:{line.Number} calls {call.Value.Trim('(')}";
        Assert.Empty(calls);
    }

    [Theory]
    [InlineData("var y = torch.matmul(a, b);", true)]
    [InlineData("var y = a.matmul(b);", true)]
    [InlineData("a.matmul_(b)", false)]
    [InlineData("x.cummax(0)", true)]
    [InlineData("torch.cummin (x, 0)", true)]
    [InlineData("torch.jit.compile(code)", true)]
    [InlineData("GuardedMatMul.MatMul(a, b)", false)]
    [InlineData("x.compile(code)", false)]
    public void The_scan_finds_banned_calls_and_nothing_else(string code, bool banned) =>
        Assert.Equal(banned, ProcessEndingCall().IsMatch(code));

    [Fact]
    public void No_source_registers_modules_by_reflection_or_silences_warnings_for_a_project()
    {
        var sources = RepositoryFiles.Below(".cs", "src").Where(f => File.ReadLines(f).Any(l => Code(l).Contains("RegisterComponents();", StringComparison.Ordinal)));
        var projects = RepositoryFiles.Below(".csproj", "src", "tests", "samples", "benchmarks")
            .Concat(RepositoryFiles.Below(".props", ".")).Where(f => File.ReadAllText(f).Contains("NoWarn", StringComparison.Ordinal));
        Assert.Empty(sources.Concat(projects).Select(RepositoryFiles.Short));
    }

    [Fact]
    public void Every_parameter_outlives_the_dispose_scope_that_its_module_is_made_in()
    {
        var made = RepositoryFiles.Below(".cs", "src").Where(f => File.ReadLines(f).Any(l => Code(l).Contains("new Parameter(", StringComparison.Ordinal)));
        Assert.Equal(["src/Deep.Core/Nn/ModuleParameter.cs"], made.Select(RepositoryFiles.Short));
    }

    [Fact]
    public void Every_public_type_of_a_package_stands_in_a_file_of_its_name()
    {
        var misplaced = from file in RepositoryFiles.Below(".cs", "src")
                        from Match type in PublicType().Matches(File.ReadAllText(file))
                        let name = type.Groups["name"].Value
                        where !name.EndsWith(Path.GetFileNameWithoutExtension(file).Split('.')[0], StringComparison.Ordinal)
                        select $"{RepositoryFiles.Short(file)} declares {name}";
        Assert.Empty(misplaced);
    }

    [Fact]
    public void Every_source_file_has_a_file_scoped_namespace()
    {
        var without = RepositoryFiles.Below(".cs", "src").Where(f => Path.GetFileName(f) is not ("Program.cs" or "GlobalUsings.cs" or "AssemblyInfo.cs"))
            .Where(f => !File.ReadLines(f).Any(l => l.StartsWith("namespace ", StringComparison.Ordinal) && l.TrimEnd().EndsWith(';')));
        Assert.Empty(without.Select(RepositoryFiles.Short));
    }

    [GeneratedRegex(@"\.(?:matmul|cummax|cummin|jit\.compile)\s*\(")]
    private static partial Regex ProcessEndingCall();

    [GeneratedRegex(@"^public (?:(?:static|sealed|abstract|readonly|partial|unsafe|ref) )*(?:class|record(?: struct| class)?|struct|interface|enum) (?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex PublicType();

    // Comments may name what they warn of.
    private static string Code(string line) => line.Split("//")[0];
}
