using System.Globalization;
using Deep.NFNets;
using Deep.Tensors;

namespace Deep.Benchmarks;

/// <summary>The options of all commands.</summary>
internal sealed record BenchmarkOptions
{
    public string Model { get; init; } = "dm_nfnet_f0";

    public string? Peer { get; init; }

    public IReadOnlyList<string> Checkpoints { get; init; } = [];

    public int Size { get; init; } = 192;

    public int Batch { get; init; } = 1;

    public int Threads { get; init; } = 2;

    public Precision Precision { get; init; } = Precision.Float32;

    public int Turns { get; init; } = 10;

    public int Runs { get; init; } = 5;

    public int Tensors { get; init; } = 200;

    public int Length { get; init; } = 1024;

    public int Members { get; init; } = 1;

    public int Steps { get; init; } = 18;

    public int? Height { get; init; }

    public int? Width { get; init; }

    public bool Plain { get; init; }

    public bool Memory { get; init; }

    public string? Only { get; init; }

    public string? Plot { get; init; }

    public NFNetConfig Config => NFNetConfig.Variants.TryGetValue(Model, out var config)
        ? config
        : throw new ConfigurationException("--model", "a published variant", Model);

    public static BenchmarkOptions Parse(string[] args)
    {
        var options = args[0] switch
        {
            "optimizers" => new BenchmarkOptions { Size = 64 },
            "attention" => new BenchmarkOptions { Batch = 4 },
            "perceiver" or "perceiver-scaling" or "nowcast" => new BenchmarkOptions { Turns = 3 },
            _ => new BenchmarkOptions(),
        };
        for (var i = 1; i < args.Length; i++)
        {
            if (args[i] is "--plain" or "--memory")
            {
                options = args[i] == "--plain" ? options with { Plain = true } : options with { Memory = true };
                continue;
            }

            var (name, value) = (args[i], i + 1 < args.Length ? args[++i] : throw new ConfigurationException(args[i], "followed by a value", null));
            options = name switch
            {
                "--model" => options with { Model = value },
                "--peer" => options with { Peer = value },
                "--checkpoint" => options with { Checkpoints = [.. options.Checkpoints, value] },
                "--size" => options with { Size = Number(name, value) },
                "--tensors" => options with { Tensors = Number(name, value) },
                "--members" => options with { Members = Number(name, value) },
                "--steps" => options with { Steps = Number(name, value) },
                "--height" => options with { Height = Number(name, value) },
                "--width" => options with { Width = Number(name, value) },
                "--length" => options with { Length = Number(name, value) },
                "--batch" => options with { Batch = Number(name, value) },
                "--threads" => options with { Threads = Number(name, value) },
                "--precision" => options with { Precision = Precisions.Parse(value) },
                "--turns" => options with { Turns = Number(name, value) },
                "--only" => options with { Only = value is "peer" or "f32" or "bf16" ? value : throw new ConfigurationException(name, "peer, f32 or bf16", value) },
                "--plot" => options with { Plot = value },
                "--runs" => options with { Runs = Number(name, value) },
                _ => throw new ConfigurationException("option", "one that --help lists", name),
            };
        }

        return options;
    }

    private static int Number(string name, string value) =>
        int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number > 0
            ? number
            : throw new ConfigurationException(name, "a whole number above 0", value);
}
