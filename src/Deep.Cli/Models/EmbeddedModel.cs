using System.Text.Json;
using Deep.Cli.Training;

namespace Deep.Cli.Models;

/// <summary>The small NFNet that comes with the tool; it knows the ten classes of CIFAR-10.</summary>
internal static class EmbeddedModel
{
    private const string HistoryResource = "Deep.Cli.nfnet-cifar10-history.jsonl";

    /// <summary>Its place beside the tool.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "nfnet-cifar10.safetensors");

    /// <summary>The model that a command line means: the given one, or the tool's own where none is given.</summary>
    /// <exception cref="WrongInputException">None is given and this build of the tool has none.</exception>
    public static string OrGiven(string? model) => model ?? (System.IO.File.Exists(File)
        ? File
        : throw new WrongInputException($"This build has no model of its own ({File}); give one with --model."));

    /// <summary>How it was trained: the tests of its run, in order.</summary>
    public static IReadOnlyList<EpochRecord> ReadHistory()
    {
        using var stream = typeof(EmbeddedModel).Assembly.GetManifestResourceStream(HistoryResource)!;
        using var reader = new StreamReader(stream);
        var tests = new List<EpochRecord>();
        while (reader.ReadLine() is { Length: > 0 } line)
        {
            tests.Add(JsonSerializer.Deserialize<EpochRecord>(line)!);
        }

        return tests;
    }
}
