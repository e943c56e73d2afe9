using System.Reflection;
using System.Runtime.Loader;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace Deep.Suite.Tests.Documentation;

/// <summary>Compiles a page's program as a project with implicit usings would, and runs it.</summary>
internal static class PageProgram
{
    private const string Usings =
        "global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq; "
        + "global using System.Net.Http; global using System.Threading; global using System.Threading.Tasks;";

    private const string WebUsings =
        "global using Microsoft.AspNetCore.Builder; global using Microsoft.AspNetCore.Hosting; global using Microsoft.AspNetCore.Http; "
        + "global using Microsoft.AspNetCore.Routing; global using Microsoft.Extensions.Configuration; "
        + "global using Microsoft.Extensions.DependencyInjection; global using Microsoft.Extensions.Hosting; global using Microsoft.Extensions.Logging;";

    private static readonly CSharpParseOptions Language = new(LanguageVersion.Latest);

    // Everything that this test project could reference itself, the web framework included.
    private static readonly List<MetadataReference> References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(f => f.EndsWith(".dll", StringComparison.Ordinal))
            .Select(f => MetadataReference.CreateFromFile(f)),
    ];

    /// <summary>What the compiler objects to, one line each; empty if the program is right.</summary>
    public static IReadOnlyList<string> Errors(string text) =>
        [.. Compilation(text).GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString())];

    /// <summary>Runs a program to its end in a working folder.</summary>
    /// <returns>What it printed.</returns>
    public static string Run(string text, string folder)
    {
        using var image = new MemoryStream();
        var emitted = Compilation(text).Emit(image);
        Assert.True(emitted.Success, string.Join('\n', emitted.Diagnostics));
        image.Position = 0;
        var context = new AssemblyLoadContext("page", isCollectible: true);
        var (directory, console) = (Environment.CurrentDirectory, Console.Out);
        using var output = new StringWriter();
        try
        {
            Environment.CurrentDirectory = folder;
            Console.SetOut(output);
            var main = context.LoadFromStream(image).EntryPoint!;
            main.Invoke(null, BindingFlags.DoNotWrapExceptions, null, main.GetParameters().Length == 0 ? null : [Array.Empty<string>()], null);
        }
        finally
        {
            Console.SetOut(console);
            Environment.CurrentDirectory = directory;
            context.Unload();
        }

        return output.ToString();
    }

    private static CSharpCompilation Compilation(string text)
    {
        var tree = CSharpSyntaxTree.ParseText(text, Language);
        var statements = tree.GetCompilationUnitRoot().Members.OfType<GlobalStatementSyntax>().Any();
        var usings = text.Contains("WebApplication", StringComparison.Ordinal) ? $"{Usings} {WebUsings}" : Usings;
        return CSharpCompilation.Create(
            "Page",
            [tree, CSharpSyntaxTree.ParseText(usings, Language)],
            References,
            new(
                statements ? OutputKind.ConsoleApplication : OutputKind.DynamicallyLinkedLibrary,
                nullableContextOptions: NullableContextOptions.Enable));
    }
}
