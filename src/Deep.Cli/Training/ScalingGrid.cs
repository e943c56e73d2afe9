using System.Text.Json;
using System.Text.Json.Serialization;
using Deep.Checkpoints;

namespace Deep.Cli.Training;

/// <summary>The file of <c>deep scale images</c>: which networks are trained on what, and for how long.</summary>
internal sealed record ScalingGrid
{
    private static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        ReadCommentHandling = JsonCommentHandling.Skip,
        AllowTrailingCommas = true,
    };

    /// <summary>A folder or zip of pictures as for <c>deep train images</c>; relative to the grid's own folder.</summary>
    public required string Data { get; init; }

    /// <summary>The network of width 1: a name or configuration file as for <c>deep train images</c>.</summary>
    public string Model { get; init; } = SmallPictures.Name;

    /// <summary>Side of the pictures; null: the configuration's own.</summary>
    public int? Size { get; init; }

    /// <summary>Factors on every width of the network.</summary>
    public required IReadOnlyList<double> Widths { get; init; }

    /// <summary>Budgets, in passes over the training pictures.</summary>
    public required IReadOnlyList<double> Epochs { get; init; }

    /// <summary>Predicted from all other runs before it is trained; null: nothing is held out.</summary>
    public ScalingCell? HeldOut { get; init; }

    /// <summary>Pictures in a batch.</summary>
    public int Batch { get; init; } = 128;

    /// <summary>Peak learning rate of the warm-up cosine schedule.</summary>
    public double LearningRate { get; init; } = 0.2;

    /// <summary>The share of a run's steps that the rate rises over.</summary>
    public double WarmupShare { get; init; } = 0.1;

    /// <summary>Adaptive gradient clipping's lambda; 0: none.</summary>
    public double Clipping { get; init; } = 0.04;

    /// <summary>Decay of weights.</summary>
    public double WeightDecay { get; init; } = 5e-5;

    /// <summary>Of the activations: f32 or bf16.</summary>
    public string Precision { get; init; } = "f32";

    /// <summary>Where the data have no test part: the share that is kept for it.</summary>
    public double TestFraction { get; init; } = 0.1;

    /// <summary>The start of every random draw.</summary>
    public ulong Seed { get; init; }

    /// <summary>All cells, the cheapest first, the one held out last.</summary>
    [JsonIgnore]
    public IReadOnlyList<ScalingCell> Cells =>
    [
        .. from epochs in Epochs
           from width in Widths
           let cell = new ScalingCell(width, epochs)
           orderby cell == HeldOut, epochs * width * width
           select cell,
    ];

    /// <summary>Reads a grid file.</summary>
    /// <exception cref="WrongInputException">It is not there, is not JSON of a grid, or a value is out of range.</exception>
    public static ScalingGrid Read(string path)
    {
        if (!File.Exists(path))
        {
            throw new WrongInputException($"There is no grid file '{path}'.");
        }

        try
        {
            var grid = JsonSerializer.Deserialize<ScalingGrid>(File.ReadAllText(path), Json)
                ?? throw new JsonException("it is null");
            grid.Validate(path);
            return grid with { Data = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, grid.Data) };
        }
        catch (JsonException error)
        {
            throw new WrongInputException($"'{path}' is not a grid: {error.Message}");
        }
    }

    /// <summary>Refuses to go on with runs of another grid; more widths and epochs are no other grid.</summary>
    /// <param name="path">Where the grid of the earlier runs stands; written where there is none yet.</param>
    /// <exception cref="WrongInputException">A setting differs; the message names it and both values.</exception>
    public void RequireSameIn(string path)
    {
        var present = Settings();
        if (!File.Exists(path))
        {
            AtomicFile.Write(path, stream => JsonSerializer.Serialize(stream, present, Json));
            return;
        }

        var earlier = JsonSerializer.Deserialize<Dictionary<string, string>>(File.ReadAllText(path), Json)!;
        foreach (var (setting, value) in present)
        {
            if (earlier.GetValueOrDefault(setting) is var before && before != value)
            {
                throw new WrongInputException(
                    $"The runs in '{Path.GetDirectoryName(path)}' were made with {setting} = {before}, not {value}; choose another --out.");
            }
        }
    }

    private Dictionary<string, string> Settings() => JsonSerializer.SerializeToNode(this, Json)!.AsObject()
        .Where(field => field.Key is not ("widths" or "epochs" or "heldOut"))
        .ToDictionary(field => field.Key, field => field.Value?.ToString() ?? "null");

    private void Validate(string path)
    {
        void Require(bool holds, string field, string expected)
        {
            if (!holds)
            {
                throw new WrongInputException($"{field} in '{path}' must be {expected}.");
            }
        }

        Require(Widths is { Count: > 0 } && Widths.All(width => width is > 0 and <= 64), "widths", "factors above 0, at most 64");
        Require(Epochs is { Count: > 0 } && Epochs.All(epochs => epochs is > 0 and <= 1e6), "epochs", "numbers above 0");
        Require(Widths.Distinct().Count() == Widths.Count, "widths", "all different");
        Require(Epochs.Distinct().Count() == Epochs.Count, "epochs", "all different");
        Require(HeldOut is null || Cells.Contains(HeldOut), "heldOut", "a width and epochs of the grid");
        Require(Cells.Count - (HeldOut is null ? 0 : 1) >= 3, "widths and epochs", "three runs or more beside the one held out");
        Require(Size is null or (>= 8 and <= 1024), "size", "from 8 to 1024 pixels");
        Require(Batch >= 1, "batch", "1 or more");
        Require(LearningRate is > 0 and <= double.MaxValue, "learningRate", "above 0");
        Require(WarmupShare is >= 0 and < 1, "warmupShare", "from 0 to below 1");
        Require(Clipping is >= 0 and <= double.MaxValue, "clipping", "0 or more");
        Require(WeightDecay is >= 0 and <= double.MaxValue, "weightDecay", "0 or more");
        Require(TestFraction is > 0 and < 1, "testFraction", "above 0 and below 1");
    }
}
