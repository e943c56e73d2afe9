using System.Text.Json;
using Deep;
using Deep.Checkpoints;
using Deep.Experiments;
using Deep.Tensors;

const string usage = """
    Deep.Experiments: the papers' claims in small, by one command each.

      clipping --data PICTURES.zip [--steps 80] [--threads 2] [--out docs/results]
          Adaptive gradient clipping at batch 1,024 and growing learning rates, three seeds: a line for each run,
          then clipping-claim.json and clipping-claim.png. The zip has train/<class>/* and test/<class>/*.
    """;

if (args.Length == 0 || args[0] != "clipping" || args.Length % 2 == 0)
{
    Console.WriteLine(usage);
    return args.Length == 1 && args[0] is "--help" or "-h" ? 0 : 2;
}

string Option(string name, string? preset) =>
    Array.IndexOf(args, name) is > 0 and var at ? args[at + 1]
    : preset ?? throw new ConfigurationException(name, "given", null);

try
{
    ComputeThreads.Use(int.Parse(Option("--threads", "2"), System.Globalization.CultureInfo.InvariantCulture));
    var output = Directory.CreateDirectory(Option("--out", "docs/results")).FullName;
    var claim = new ClippingClaim(Option("--data", null), int.Parse(Option("--steps", "80"), System.Globalization.CultureInfo.InvariantCulture));
    var runs = claim.RunAll(run => Console.WriteLine(ClippingClaim.Describe(run)));
    AtomicFile.Write(Path.Combine(output, "clipping-claim.json"), stream => JsonSerializer.Serialize(stream, runs, JsonOptions.Indented));
    AtomicFile.Write(Path.Combine(output, "clipping-claim.png"), stream => stream.Write(ClippingFigure.Draw(runs)));
    return 0;
}
catch (Exception error) when (error is DeepException or FormatException)
{
    Console.Error.WriteLine(error.Message);
    return 2;
}

/// <summary>How results are written.</summary>
internal static class JsonOptions
{
    public static JsonSerializerOptions Indented { get; } = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase };
}
