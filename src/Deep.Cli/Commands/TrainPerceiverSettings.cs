using System.ComponentModel;
using Deep.Cli.Training;
using Deep.Cli.Training.Perceivers;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep perceiver train</c> can be told.</summary>
internal sealed class TrainPerceiverSettings : MachineSettings
{
    [CommandArgument(0, "<TASK>")]
    [Description("digits, points, autoencode, text or flow.")]
    public string Task { get; init; } = "";

    [CommandArgument(1, "<DATA>")]
    [Description("digits, autoencode: a CSV file of 64 pixels and a label a line; points: one OBJ file a class, a folder of them, or 'shapes' for ten made by formulas; text: files; flow: pictures or folders.")]
    public string[] Data { get; init; } = [];

    [CommandOption("--test <PATH>")]
    [Description("text, flow: a file (or folder of pictures) to test on, may be repeated; default: the text's end, the same pictures moved otherwise.")]
    public string[] Test { get; init; } = [];

    [CommandOption("--config <FILE>")]
    [Description("The network, as JSON of a PerceiverConfig; default: a small one for the task.")]
    public string? Config { get; init; }

    [CommandOption("--steps <COUNT>")]
    [Description("Updates; default: 500 to 5,000, by the task.")]
    public int? StepsGiven { get; init; }

    [CommandOption("--batch <COUNT>")]
    [Description("Items of a step; default: 8 to 64, by the task.")]
    public int? BatchGiven { get; init; }

    [CommandOption("--optimizer <NAME>")]
    [Description("adamw, or lamb in the papers' form.")]
    [DefaultValue(PerceiverOptimizer.AdamW)]
    public string Optimizer { get; init; } = PerceiverOptimizer.AdamW;

    [CommandOption("--lr <RATE>")]
    [Description("The highest learning rate; default: by the task.")]
    public double? RateGiven { get; init; }

    [CommandOption("--warmup <STEPS>")]
    [Description("Steps of linear warm-up; default: a twentieth of all with adamw, none with lamb.")]
    public int? Warmup { get; init; }

    [CommandOption("--flat <SHARE>")]
    [Description("Share of the steps after the warm-up at the highest rate; half a cosine follows.")]
    [DefaultValue(0.5)]
    public double Flat { get; init; } = 0.5;

    [CommandOption("--weight-decay <RATE>")]
    [Description("Decay of all but biases and normalisations.")]
    [DefaultValue(0.1)]
    public double WeightDecay { get; init; } = 0.1;

    [CommandOption("--clip <NORM>")]
    [Description("Largest 2-norm of all gradients together; 0 turns it off.")]
    [DefaultValue(1.0)]
    public double Clip { get; init; } = 1;

    [CommandOption("--permute <NUMBER>")]
    [Description("digits: the same random permutation of the pixels of every picture, by this number; default: none.")]
    public long? Permute { get; init; }

    [CommandOption("--points <COUNT>")]
    [Description("points: points of a cloud.")]
    [DefaultValue(512)]
    public int Points { get; init; } = 512;

    [CommandOption("--context <COUNT>")]
    [Description("text: bytes of a window.")]
    [DefaultValue(128)]
    public int Context { get; init; } = 128;

    [CommandOption("--copy <STEPS>")]
    [Description("text: steps at the start in which visible bytes are to be given back too, by which places are learned; default: a quarter of all.")]
    public int? Copy { get; init; }

    [CommandOption("--height <PIXELS>")]
    [Description("flow: height of a frame.")]
    [DefaultValue(32)]
    public int Height { get; init; } = 32;

    [CommandOption("--width <PIXELS>")]
    [Description("flow: width of a frame.")]
    [DefaultValue(48)]
    public int Width { get; init; } = 48;

    [CommandOption("--shift <PIXELS>")]
    [Description("flow: the largest shift in each direction.")]
    [DefaultValue(4.0)]
    public double Shift { get; init; } = 4;

    [CommandOption("--reduce <FACTOR>")]
    [Description("flow: how many times smaller pictures are made first, so that small frames have something to see.")]
    [DefaultValue(1)]
    public int Reduce { get; init; } = 1;

    [CommandOption("--plain <STEPS>")]
    [Description("flow: steps without augmentation at the start; default: all.")]
    public int? Plain { get; init; }

    [CommandOption("--test-fraction <SHARE>")]
    [Description("digits, autoencode, text: share of the data that is kept for testing.")]
    [DefaultValue(0.1)]
    public double TestFraction { get; init; } = 0.1;

    [CommandOption("--test-every <STEPS>")]
    [Description("Steps between two tests, each of which also saves the model; default: a tenth of all.")]
    public int? TestEvery { get; init; }

    [CommandOption("--seed <NUMBER>")]
    [Description("Start of every random draw: the same seed and threads give the same weights.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("--out <FOLDER>")]
    [Description("Where model, history, curves and checkpoints go; default: runs/perceiver-<task>.")]
    public string? Out { get; init; }

    [CommandOption("--fresh")]
    [Description("Starts anew where --out has a run already; without it, such a run goes on.")]
    public bool Fresh { get; init; }

    [CommandOption("--checkpoint-every <STEPS>")]
    [Description("Steps between two checkpoints that a run goes on from; default: one at each test.")]
    [DefaultValue(0)]
    public int CheckpointEvery { get; init; }

    [CommandOption("--keep <COUNT>")]
    [Description("How many of the last checkpoints stay.")]
    [DefaultValue(2)]
    public int Keep { get; init; } = 2;

    /// <summary>What the task has where an option is not given.</summary>
    public PerceiverTaskDefaults Defaults => PerceiverTaskDefaults.Of(Task);

    /// <summary>Updates.</summary>
    public int Steps => StepsGiven ?? Defaults.Steps;

    /// <summary>Items of a step.</summary>
    public int Batch => BatchGiven ?? Defaults.Batch;

    /// <summary>The highest learning rate.</summary>
    public double Rate => RateGiven ?? Defaults.Rate;

    /// <summary>The steps between two tests.</summary>
    public int StepsPerTest => TestEvery ?? Math.Max(1, Steps / 10);

    /// <summary>The options that decide what a run comes to, which cannot change when it goes on.</summary>
    public IEnumerable<(string Option, object? Value)> Fixed =>
    [
        ("<TASK>", Task), ("--steps", Steps), ("--batch", Batch), ("--optimizer", Optimizer), ("--lr", Rate), ("--warmup", Warmup),
        ("--flat", Flat), ("--weight-decay", WeightDecay), ("--clip", Clip), ("--permute", Permute), ("--points", Points),
        ("--context", Context), ("--copy", Copy), ("--height", Height), ("--width", Width), ("--shift", Shift), ("--reduce", Reduce), ("--plain", Plain),
        ("--test-fraction", TestFraction), ("--test-every", TestEvery), ("--seed", Seed),
    ];

    public override ValidationResult Validate() =>
        OneOf([.. PerceiverTaskDefaults.Names], "<TASK>", Task)
        ?? Check(Data.Length > 0, "<DATA>", "one path or more", "none")
        ?? Check(Steps >= 1, "--steps", "1 or more", Steps)
        ?? Check(Batch is >= 1 and <= 1_000_000, "--batch", "from 1 to 1000000", Batch)
        ?? OneOf([.. PerceiverOptimizer.Names], "--optimizer", Optimizer)
        ?? Check(Rate is > 0 and <= double.MaxValue, "--lr", "above 0", Rate)
        ?? Check(Warmup is null || (Warmup >= 0 && Warmup < Steps), "--warmup", $"0 to below the {Steps} steps", Warmup)
        ?? Check(Flat is >= 0 and <= 1, "--flat", "from 0 to 1", Flat)
        ?? Check(WeightDecay is >= 0 and <= double.MaxValue, "--weight-decay", "0 or more", WeightDecay)
        ?? Check(Clip is >= 0 and <= double.MaxValue, "--clip", "0 or more", Clip)
        ?? Check(Points is >= 1 and <= 1_000_000, "--points", "from 1 to 1000000", Points)
        ?? Check(Context is >= 2 and <= 65_536, "--context", "from 2 to 65536", Context)
        ?? Check(Reduce is >= 1 and <= 64, "--reduce", "from 1 to 64", Reduce)
        ?? Check(Copy is null or >= 0, "--copy", "0 or more", Copy)
        ?? Check(Plain is null or >= 0, "--plain", "0 or more", Plain)
        ?? Check(TestFraction is > 0 and < 1, "--test-fraction", "above 0 and below 1", TestFraction)
        ?? Check(TestEvery is null or >= 1, "--test-every", "1 or more", TestEvery)
        ?? Check(CheckpointEvery >= 0, "--checkpoint-every", "0 or more", CheckpointEvery)
        ?? Check(Keep >= 1, "--keep", "1 or more", Keep)
        ?? base.Validate();
}
