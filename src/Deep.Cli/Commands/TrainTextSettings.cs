using System.ComponentModel;
using Deep.Cli.Training;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep train text</c> can be told.</summary>
internal sealed class TrainTextSettings : TransformerSettings
{
    [CommandArgument(0, "<FILES>")]
    [Description("One or more text files in UTF-8, read as one text.")]
    public string[] Files { get; init; } = [];

    [CommandOption("--vocabulary <NAME>")]
    [Description("characters, bytes, gpt2, or a folder with vocab.json and merges.txt.")]
    [DefaultValue(VocabularyChoice.Characters)]
    public string Vocabulary { get; init; } = VocabularyChoice.Characters;

    [CommandOption("--steps <COUNT>")]
    [Description("Updates.")]
    [DefaultValue(2000)]
    public int Steps { get; init; } = 2000;

    [CommandOption("--batch <COUNT>")]
    [Description("Windows of the text in a step.")]
    [DefaultValue(16)]
    public int Batch { get; init; } = 16;

    [CommandOption("--micro-batches <COUNT>")]
    [Description("Parts that a step's batch is computed in, one after the other, to save memory.")]
    [DefaultValue(1)]
    public int MicroBatches { get; init; } = 1;

    [CommandOption("--lr <RATE>")]
    [Description("The learning rate after the warm-up.")]
    [DefaultValue(1e-3)]
    public double LearningRate { get; init; } = 1e-3;

    [CommandOption("--warmup <STEPS>")]
    [Description("Steps of linear warm-up; default: a twentieth of all.")]
    public int? Warmup { get; init; }

    [CommandOption("--schedule <NAME>")]
    [Description("The learning rate after the warm-up: cosine, linear, constant, or stable-decay (falls in the last fifth).")]
    [DefaultValue(ScheduleChoice.Cosine)]
    public string Schedule { get; init; } = ScheduleChoice.Cosine;

    [CommandOption("--clip <NORM>")]
    [Description("Largest 2-norm of all gradients together; 0 turns it off.")]
    [DefaultValue(1.0)]
    public double Clip { get; init; } = 1;

    [CommandOption("--beta2 <SHARE>")]
    [Description("How much AdamW keeps of its second moment.")]
    [DefaultValue(0.98)]
    public double Beta2 { get; init; } = 0.98;

    [CommandOption("--weight-decay <RATE>")]
    [Description("AdamW's weight decay of the weights; gains and biases have none.")]
    [DefaultValue(0.01)]
    public double WeightDecay { get; init; } = 0.01;

    [CommandOption("--test-fraction <SHARE>")]
    [Description("Share of the text, its end, that is kept for testing.")]
    [DefaultValue(0.1)]
    public double TestFraction { get; init; } = 0.1;

    [CommandOption("--test-every <STEPS>")]
    [Description("Steps between two tests, each of which also saves the model; default: a tenth of all.")]
    public int? TestEvery { get; init; }

    [CommandOption("--test-windows <COUNT>")]
    [Description("Windows of the kept text that are tested on, at equal distances; 0: all.")]
    [DefaultValue(0)]
    public int TestWindows { get; init; }

    [CommandOption("--precision <NAME>")]
    [Description("What the model computes in: f32.")]
    [DefaultValue("f32")]
    public string Precision { get; init; } = "f32";

    [CommandOption("--out <FOLDER>")]
    [Description("Where model, history, curves and checkpoints go; default: runs/<first file>.")]
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

    [CommandOption("--tensorboard")]
    [Description("Also writes event files for TensorBoard, into the folder tensorboard of the run's.")]
    public bool TensorBoard { get; init; }

    /// <summary>The steps of the warm-up.</summary>
    public int WarmupSteps => Warmup ?? Steps / 20;

    /// <summary>The steps between two tests.</summary>
    public int StepsPerTest => TestEvery ?? Math.Max(1, Steps / 10);

    /// <summary>The options that decide what a run comes to, which cannot change when it goes on.</summary>
    public IEnumerable<(string Option, object? Value)> Fixed =>
    [
        .. FixedModel,
        ("--vocabulary", Vocabulary), ("--steps", Steps), ("--batch", Batch), ("--micro-batches", MicroBatches),
        ("--lr", LearningRate), ("--warmup", Warmup), ("--schedule", Schedule), ("--clip", Clip), ("--beta2", Beta2),
        ("--weight-decay", WeightDecay), ("--test-fraction", TestFraction), ("--test-every", TestEvery),
        ("--test-windows", TestWindows), ("--precision", Precision),
    ];

    public override ValidationResult Validate() =>
        Check(Files.Length > 0, "<FILES>", "one text file or more", "none")
        ?? Check(Steps >= 1, "--steps", "1 or more", Steps)
        ?? Check(Batch is >= 1 and <= 1_000_000, "--batch", "from 1 to 1000000", Batch)
        ?? Check(MicroBatches >= 1 && Batch % MicroBatches == 0, "--micro-batches", $"a divisor of the step's {Batch} windows", MicroBatches)
        ?? Check(LearningRate is > 0 and <= double.MaxValue, "--lr", "above 0", LearningRate)
        ?? Check(Warmup is null || (Warmup >= 0 && Warmup < Steps), "--warmup", $"0 to below the {Steps} steps", Warmup)
        ?? OneOf([.. ScheduleChoice.Names], "--schedule", Schedule)
        ?? Check(Clip is >= 0 and <= double.MaxValue, "--clip", "0 or more", Clip)
        ?? Check(Beta2 is >= 0 and < 1, "--beta2", "from 0 to below 1", Beta2)
        ?? Check(WeightDecay is >= 0 and <= double.MaxValue, "--weight-decay", "0 or more", WeightDecay)
        ?? Check(TestFraction is > 0 and < 1, "--test-fraction", "above 0 and below 1", TestFraction)
        ?? Check(TestEvery is null or >= 1, "--test-every", "1 or more", TestEvery)
        ?? Check(TestWindows >= 0, "--test-windows", "0 or more", TestWindows)
        ?? Check(Precision == "f32", "--precision", "f32", Precision)
        ?? Check(CheckpointEvery >= 0, "--checkpoint-every", "0 or more", CheckpointEvery)
        ?? Check(Keep >= 1, "--keep", "1 or more", Keep)
        ?? base.Validate();
}
