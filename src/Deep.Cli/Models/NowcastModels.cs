namespace Deep.Cli.Models;

/// <summary>The small DGMR that comes with the tool: it forecasts an hour of rain on cells of 2 km.</summary>
internal static class NowcastModels
{
    /// <summary>What <c>--model</c> calls it.</summary>
    public const string SmallName = "dgmr-small";

    /// <summary>Its file, beside the tool.</summary>
    public static string Small { get; } = Path.Combine(AppContext.BaseDirectory, "Models", SmallName + ".safetensors");

    /// <summary>Whether this build has it.</summary>
    public static bool AreThere => File.Exists(Small);
}
