namespace Deep.Cli.Models;

/// <summary>The small NFNet that comes with the tool; it knows the ten classes of CIFAR-10.</summary>
internal static class EmbeddedModel
{
    /// <summary>Its place beside the tool.</summary>
    public static string File { get; } = Path.Combine(AppContext.BaseDirectory, "Models", "nfnet-cifar10.safetensors");

    /// <summary>The model that a command line means: the given one, or the tool's own where none is given.</summary>
    /// <exception cref="WrongInputException">None is given and this build of the tool has none.</exception>
    public static string OrGiven(string? model) => model ?? (System.IO.File.Exists(File)
        ? File
        : throw new WrongInputException($"This build has no model of its own ({File}); give one with --model."));
}
