using System.ComponentModel;
using Deep.Cli.Training;
using Deep.Training;
using Spectre.Console;
using Spectre.Console.Cli;
using static Deep.Cli.Commands.OptionRule;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep train images</c> and <c>deep finetune images</c> can both be told.</summary>
/// <remarks>What is abstract here has another default in each of them, which the derived class declares.</remarks>
internal abstract class ImageTrainingSettings : AugmentationSettings
{
    private const string FixedBatch = "fixed-batch";
    private const string FixedUnique = "fixed-unique";

    [CommandArgument(0, "<DATA>")]
    [Description("A folder or zip with one folder per class, or with train/ and test/ that have one folder per class.")]
    public string Data { get; init; } = "";

    [CommandOption("--unreadable <COUNT>")]
    [Description("Pictures that may be left out, each with a warning, because they cannot be read; one more ends the run.")]
    [DefaultValue(0)]
    public int Unreadable { get; init; }

    [CommandOption("--size <PIXELS>")]
    [Description("Side of the training pictures; default: the configuration's own.")]
    public int? Size { get; init; }

    /// <summary>Passes over the training pictures.</summary>
    public abstract int Epochs { get; init; }

    /// <summary>Pictures per step; different ones only, where the regime is fixed-unique.</summary>
    public abstract int Batch { get; init; }

    /// <summary>The learning rate after the warm-up.</summary>
    public abstract double LearningRate { get; init; }

    [CommandOption("--warmup <EPOCHS>")]
    [Description("Epochs of linear warm-up; default: 2, in a short run a quarter of it.")]
    public double? Warmup { get; init; }

    /// <summary>Decay of the weights.</summary>
    public abstract double WeightDecay { get; init; }

    [CommandOption("--clipping <LAMBDA>")]
    [Description("Adaptive gradient clipping's lambda; 0 turns it off.")]
    [DefaultValue(0.04)]
    public double Clipping { get; init; } = 0.04;

    [CommandOption("--regime <NAME>")]
    [Description("What stays when copies are added: 'fixed-batch' (the batch) or 'fixed-unique' (its different pictures).")]
    [DefaultValue(FixedBatch)]
    public string Regime { get; init; } = FixedBatch;

    [CommandOption("--micro-batches <COUNT>")]
    [Description("Parts that a step's batch is computed in, one after the other, to save memory.")]
    [DefaultValue(1)]
    public int MicroBatches { get; init; } = 1;

    [CommandOption("--optimizer <NAME>")]
    [Description("sgd (Nesterov momentum 0.9), adamw or lamb; the last two want rates of about a hundredth.")]
    [DefaultValue(OptimizerChoice.Sgd)]
    public string Optimizer { get; init; } = OptimizerChoice.Sgd;

    /// <summary>Radius of sharpness-aware minimisation; 0 for none.</summary>
    public abstract double Sam { get; init; }

    [CommandOption("--asam <RHO>")]
    [Description("Radius of adaptive sharpness-aware minimisation, 0.5 say, in place of --sam; 0 turns it off.")]
    [DefaultValue(0.0)]
    public double Asam { get; init; }

    /// <summary>Share of a batch on which the ascent of sharpness-aware minimisation is taken.</summary>
    public abstract double Ascent { get; init; }

    /// <summary>Factor on the learning rate from each layer to the one before it; 1 for none.</summary>
    public virtual double LayerDecay { get; init; } = 1;

    [CommandOption("--clip-norm <NORM>")]
    [Description("Largest 2-norm of all gradients together, before adaptive clipping; 0 turns it off.")]
    [DefaultValue(0.0)]
    public double ClipNorm { get; init; }

    [CommandOption("--workers <COUNT>")]
    [Description("Threads that prepare batches ahead; the batches are the same whatever the number.")]
    [DefaultValue(1)]
    public int Workers { get; init; } = 1;

    [CommandOption("--schedule <NAME>")]
    [Description("The learning rate after the warm-up: cosine, linear, constant, or stable-decay (falls in the last fifth).")]
    [DefaultValue(ScheduleChoice.Cosine)]
    public string Schedule { get; init; } = ScheduleChoice.Cosine;

    /// <summary>Augmented copies of each picture.</summary>
    public abstract int Multiplicity { get; init; }

    [CommandOption("--mixup <ALPHA>")]
    [Description("Mixup's Beta parameter, for half of each batch where cutmix is on and for all of it otherwise; 0 turns it off.")]
    [DefaultValue(0.0)]
    public double Mixup { get; init; }

    [CommandOption("--cutmix <ALPHA>")]
    [Description("Cutmix's Beta parameter, for the other half, or for all where mixup is off; 0 turns it off.")]
    [DefaultValue(0.0)]
    public double Cutmix { get; init; }

    [CommandOption("--label-smoothing <SHARE>")]
    [Description("Share of each label spread over all classes.")]
    [DefaultValue(0.1)]
    public double LabelSmoothing { get; init; } = 0.1;

    /// <summary>Decay of the averaged weights; 0 for none.</summary>
    public abstract double WeightAverage { get; init; }

    [CommandOption("--test-fraction <SHARE>")]
    [Description("Share of each class kept for testing where the data have no test/ part.")]
    [DefaultValue(0.1)]
    public double TestFraction { get; init; } = 0.1;

    [CommandOption("--test-every <EPOCHS>")]
    [Description("Epochs between two tests, each of which also saves the model.")]
    [DefaultValue(1)]
    public int TestEvery { get; init; } = 1;

    [CommandOption("--seed <NUMBER>")]
    [Description("Start of every random draw: the same seed and threads give the same weights.")]
    [DefaultValue(0L)]
    public long Seed { get; init; }

    [CommandOption("--precision <NAME>")]
    [Description("Of the activations: f32, or bf16 (weights stay f32) on processors that have it.")]
    [DefaultValue("f32")]
    public string Precision { get; init; } = "f32";

    [CommandOption("--out <FOLDER>")]
    [Description("Where model, history, curves and checkpoints go; default: runs/<data>.")]
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

    [CommandOption("--early-stop <TESTS>")]
    [Description("Ends the run when so many tests in a row bring no better accuracy; 0: never.")]
    [DefaultValue(0)]
    public int EarlyStop { get; init; }

    [CommandOption("--find-lr")]
    [Description("Only looks for a learning rate: a hundred steps at rising rates, whose losses are printed with two suggestions.")]
    public bool FindLearningRate { get; init; }

    /// <summary>The options that decide what a run comes to, which cannot change when it goes on.</summary>
    public virtual IEnumerable<(string Option, object? Value)> Fixed =>
    [
        ("--size", Size), ("--epochs", Epochs), ("--batch", Batch), ("--lr", LearningRate), ("--warmup", Warmup),
        ("--schedule", Schedule), ("--weight-decay", WeightDecay), ("--clipping", Clipping),
        ("--multiplicity", Multiplicity), ("--regime", Regime), ("--micro-batches", MicroBatches), ("--mixup", Mixup),
        ("--cutmix", Cutmix), ("--label-smoothing", LabelSmoothing), ("--ema", WeightAverage),
        ("--test-fraction", TestFraction), ("--test-every", TestEvery), ("--seed", Seed), ("--precision", Precision),
        .. FixedAugmentations,
        ("--optimizer", Optimizer), ("--sam", Sam), ("--asam", Asam), ("--ascent", Ascent), ("--clip-norm", ClipNorm),
        ("--early-stop", EarlyStop),
    ];

    /// <summary>What <see cref="Sam"/>, <see cref="Asam"/> and <see cref="Ascent"/> mean; null for one pass a step.</summary>
    public SharpnessAwareMinimization? Sharpness => Sam == 0 && Asam == 0
        ? null
        : new() { Rho = Asam > 0 ? Asam : Sam, IsAdaptive = Asam > 0, AscentShare = Ascent };

    /// <summary>The pictures of a step and the copies among them.</summary>
    public AugmentationMultiplicity Copies => Regime == FixedBatch
        ? AugmentationMultiplicity.FixedBatch(Batch, Multiplicity)
        : AugmentationMultiplicity.FixedUnique(Batch, Multiplicity);

    public override ValidationResult Validate() =>
        Check(Epochs >= 1, "--epochs", "1 or more", Epochs)
        ?? Check(Batch is >= 1 and <= 1_000_000, "--batch", "from 1 to 1000000", Batch)
        ?? Check(Size is null or (>= 8 and <= 1024), "--size", "from 8 to 1024 pixels", Size)
        ?? Check(Unreadable >= 0, "--unreadable", "0 or more", Unreadable)
        ?? Check(LearningRate is > 0 and <= double.MaxValue, "--lr", "above 0", LearningRate)
        ?? Check(Warmup is null || (Warmup >= 0 && Warmup < Epochs), "--warmup", $"0 to below the {Epochs} epochs", Warmup)
        ?? Check(WeightDecay is >= 0 and <= double.MaxValue, "--weight-decay", "0 or more", WeightDecay)
        ?? Check(Clipping is >= 0 and <= double.MaxValue, "--clipping", "0 or more", Clipping)
        ?? Check(Multiplicity is >= 1 and <= 1000, "--multiplicity", "from 1 to 1000", Multiplicity)
        ?? Check(Regime is FixedBatch or FixedUnique, "--regime", $"{FixedBatch} or {FixedUnique}", Regime)
        ?? Check(
            Regime != FixedBatch || Batch % Multiplicity == 0, "--multiplicity", $"a divisor of the batch of {Batch}",
            Multiplicity)
        ?? Check(
            MicroBatches >= 1 && Copies.BatchSize % MicroBatches == 0, "--micro-batches",
            $"a divisor of the step's {Copies.BatchSize} pictures", MicroBatches)
        ?? Check(
            ScheduleChoice.Names.Contains(Schedule), "--schedule", string.Join(", ", ScheduleChoice.Names), Schedule)
        ?? Check(
            OptimizerChoice.Names.Contains(Optimizer), "--optimizer", string.Join(", ", OptimizerChoice.Names), Optimizer)
        ?? Check(Sam is >= 0 and <= double.MaxValue, "--sam", "0 or more", Sam)
        ?? Check(Asam is >= 0 and <= double.MaxValue, "--asam", "0 or more", Asam)
        ?? Check(Ascent is > 0 and <= 1, "--ascent", "above 0 and at most 1", Ascent)
        ?? Check(ClipNorm is >= 0 and <= double.MaxValue, "--clip-norm", "0 or more", ClipNorm)
        ?? Check(Workers is >= 0 and <= 256, "--workers", "from 0 to 256", Workers)
        ?? Check(Mixup is >= 0 and <= double.MaxValue, "--mixup", "0 or more", Mixup)
        ?? Check(Cutmix is >= 0 and <= double.MaxValue, "--cutmix", "0 or more", Cutmix)
        ?? Check(LabelSmoothing is >= 0 and < 1, "--label-smoothing", "from 0 to below 1", LabelSmoothing)
        ?? Check(WeightAverage is >= 0 and < 1, "--ema", "from 0 to below 1", WeightAverage)
        ?? Check(TestFraction is > 0 and < 1, "--test-fraction", "above 0 and below 1", TestFraction)
        ?? Check(TestEvery >= 1, "--test-every", "1 or more", TestEvery)
        ?? Check(Seed >= 0, "--seed", "0 or more", Seed)
        ?? Check(EarlyStop >= 0, "--early-stop", "0 or more", EarlyStop)
        ?? Check(CheckpointEvery >= 0, "--checkpoint-every", "0 or more", CheckpointEvery)
        ?? Check(Keep >= 1, "--keep", "1 or more", Keep)
        ?? CheckAugmentations()
        ?? base.Validate();
}
