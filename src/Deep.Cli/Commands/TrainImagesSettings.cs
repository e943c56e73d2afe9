using System.ComponentModel;
using System.Globalization;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep train images</c> can be told.</summary>
internal sealed class TrainImagesSettings : CommandSettings
{
    [CommandArgument(0, "<DATA>")]
    [Description("A folder or zip with one folder per class, or with train/ and test/ that have one folder per class.")]
    public string Data { get; init; } = "";

    [CommandOption("--model <NAME>")]
    [Description("'cifar' (small, for about 32 px), any variant that 'deep info' lists, or a configuration's JSON file.")]
    [DefaultValue("cifar")]
    public string Model { get; init; } = "cifar";

    [CommandOption("--size <PIXELS>")]
    [Description("Side of the training pictures; default: the configuration's own.")]
    public int? Size { get; init; }

    [CommandOption("--epochs <COUNT>")]
    [Description("Passes over the training pictures.")]
    [DefaultValue(30)]
    public int Epochs { get; init; } = 30;

    [CommandOption("--batch <COUNT>")]
    [Description("Pictures per step, copies of the augmentation multiplicity included.")]
    [DefaultValue(128)]
    public int Batch { get; init; } = 128;

    [CommandOption("--lr <RATE>")]
    [Description("Peak learning rate of the warm-up cosine schedule.")]
    [DefaultValue(0.1)]
    public double LearningRate { get; init; } = 0.1;

    [CommandOption("--warmup <EPOCHS>")]
    [Description("Epochs of linear warm-up; default: 2, in a short run a quarter of it.")]
    public double? Warmup { get; init; }

    [CommandOption("--weight-decay <RATE>")]
    [Description("Weight decay of the weights; gains and biases have none.")]
    [DefaultValue(5e-5)]
    public double WeightDecay { get; init; } = 5e-5;

    [CommandOption("--clipping <LAMBDA>")]
    [Description("Adaptive gradient clipping's lambda; 0 turns it off.")]
    [DefaultValue(0.04)]
    public double Clipping { get; init; } = 0.04;

    [CommandOption("--multiplicity <K>")]
    [Description("Augmented copies of each picture in a batch (augmentation multiplicity).")]
    [DefaultValue(1)]
    public int Multiplicity { get; init; } = 1;

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

    [CommandOption("--ema <DECAY>")]
    [Description("Decay of the averaged weights that are tested and saved; 0 turns averaging off.")]
    [DefaultValue(0.998)]
    public double WeightAverage { get; init; } = 0.998;

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

    [CommandOption("--threads <COUNT>")]
    [Description("Threads of the CPU; default: all cores.")]
    public int? Threads { get; init; }

    [CommandOption("--device <NAME>")]
    [Description("cpu, cuda, cuda:N or auto.")]
    [DefaultValue("auto")]
    public string Device { get; init; } = "auto";

    [CommandOption("--precision <NAME>")]
    [Description("Of the activations: f32, or bf16 (weights stay f32) on processors that have it.")]
    [DefaultValue("f32")]
    public string Precision { get; init; } = "f32";

    [CommandOption("--out <FOLDER>")]
    [Description("Where model, history and curves go; default: runs/<data>.")]
    public string? Out { get; init; }

    public override ValidationResult Validate() =>
        Check(Epochs >= 1, "--epochs", "1 or more", Epochs)
        ?? Check(Batch >= 1, "--batch", "1 or more", Batch)
        ?? Check(Size is null or (>= 8 and <= 1024), "--size", "from 8 to 1024 pixels", Size)
        ?? Check(LearningRate is > 0 and <= double.MaxValue, "--lr", "above 0", LearningRate)
        ?? Check(Warmup is null || (Warmup >= 0 && Warmup < Epochs), "--warmup", $"0 to below the {Epochs} epochs", Warmup)
        ?? Check(WeightDecay is >= 0 and <= double.MaxValue, "--weight-decay", "0 or more", WeightDecay)
        ?? Check(Clipping is >= 0 and <= double.MaxValue, "--clipping", "0 or more", Clipping)
        ?? Check(Multiplicity >= 1, "--multiplicity", "1 or more", Multiplicity)
        ?? Check(Batch % Multiplicity == 0, "--multiplicity", $"a divisor of the batch of {Batch}", Multiplicity)
        ?? Check(Mixup is >= 0 and <= double.MaxValue, "--mixup", "0 or more", Mixup)
        ?? Check(Cutmix is >= 0 and <= double.MaxValue, "--cutmix", "0 or more", Cutmix)
        ?? Check(LabelSmoothing is >= 0 and < 1, "--label-smoothing", "from 0 to below 1", LabelSmoothing)
        ?? Check(WeightAverage is >= 0 and < 1, "--ema", "from 0 to below 1", WeightAverage)
        ?? Check(TestFraction is > 0 and < 1, "--test-fraction", "above 0 and below 1", TestFraction)
        ?? Check(TestEvery >= 1, "--test-every", "1 or more", TestEvery)
        ?? Check(Seed >= 0, "--seed", "0 or more", Seed)
        ?? Check(Threads is null or (>= 1 and <= 1024), "--threads", "from 1 to 1024", Threads)
        ?? ValidationResult.Success();

    private static ValidationResult? Check(bool holds, string option, string expected, object? found) => holds
        ? null
        : ValidationResult.Error(
            string.Create(CultureInfo.InvariantCulture, $"{option} must be {expected}; found {found}."));
}
