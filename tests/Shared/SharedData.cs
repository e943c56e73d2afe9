using System.Runtime.CompilerServices;

namespace Deep.Tests;

/// <summary>Finds the folder of parity cases and test data that may lie beside the checkout.</summary>
public static class SharedData
{
    /// <summary>The repository's root folder, found from this file's own place.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The data folder beside the checkout, or null where there is none.</summary>
    public static string? Folder { get; } = Environment.GetEnvironmentVariable("DEEP_SHARED") is { Length: > 0 } set
        ? set
        : Directory.Exists(Path.Combine(Repository, "..", "shared", "parity"))
            ? Path.GetFullPath(Path.Combine(Repository, "..", "shared"))
            : null;

    /// <summary>A file or folder below the data folder.</summary>
    public static string At(params string[] parts) => Path.Combine([Folder!, .. parts]);

    private static string FindRepository([CallerFilePath] string thisFile = "")
    {
        // Deterministic builds rewrite source paths, so fall back to walking up from the test's own folder.
        for (var folder = Path.GetDirectoryName(thisFile); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Deep.slnx")))
            {
                return folder;
            }
        }

        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Deep.slnx")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests run inside the repository: no Deep.slnx above " + AppContext.BaseDirectory);
    }
}

/// <summary>A test that reads the data folder beside the checkout; reported as skipped where there is none.</summary>
public sealed class SharedFactAttribute : FactAttribute
{
    public SharedFactAttribute() => Skip = SharedData.Folder is null ? "no shared data folder beside the checkout" : null;
}

/// <summary>A theory that reads the data folder beside the checkout; reported as skipped where there is none.</summary>
public sealed class SharedTheoryAttribute : TheoryAttribute
{
    public SharedTheoryAttribute() => Skip = SharedData.Folder is null ? "no shared data folder beside the checkout" : null;
}
