using System.Text.Json;
using Deep.Cli.Training;

namespace Deep.Cli.Models;

/// <summary>The small models that come with the tool: an NFNet that knows the ten classes of CIFAR-10, a transformer that writes.</summary>
internal static class EmbeddedModel
{
    private const string HistoryResource = "Deep.Cli.nfnet-cifar10-history.jsonl";

    /// <summary>The NFNet's place beside the tool.</summary>
    public static string File { get; } = Place("nfnet-cifar10.safetensors");

    /// <summary>The place of the transformer without skips and norms, which knows the characters of Shakespeare's plays.</summary>
    public static string Text { get; } = Place("vanilla-shakespeare.safetensors");

    /// <summary>The NFNet that a command line means: the given one, or the tool's own where none is given.</summary>
    /// <exception cref="WrongInputException">None is given and this build of the tool has none.</exception>
    public static string OrGiven(string? model) => model ?? (System.IO.File.Exists(File)
        ? File
        : throw new WrongInputException($"This build has no model of its own ({File}); give one with --model."));

    /// <summary>How the NFNet was trained: the tests of its run, in order.</summary>
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

    private static string Place(string file) => Path.Combine(AppContext.BaseDirectory, "Models", file);
}
