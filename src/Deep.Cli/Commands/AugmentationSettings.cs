using System.ComponentModel;
using System.Globalization;
using Deep.Training;
using Spectre.Console;
using Spectre.Console.Cli;

namespace Deep.Cli.Commands;

/// <summary>What commands that train on pictures can be told about the changes of each picture.</summary>
internal abstract class AugmentationSettings : MachineSettings
{
    private const string DeepMind = "deepmind";
    private const string DefaultSheet = "augmentations.png";

    [CommandOption("--rand-augment <N,M>")]
    [Description("RandAugment: N operations of magnitude M, such as 2,9; with ',deepmind' as the published NFNets. Off by default.")]
    public string? RandAugment { get; init; }

    [CommandOption("--cutout <PIXELS>")]
    [Description("Side of a black square at a random place, an even number; 0 turns it off.")]
    [DefaultValue(0)]
    public int Cutout { get; init; }

    [CommandOption("--resized-crop <AREA>")]
    [Description("Least share of a picture in a random rectangle that is scaled up, such as 0.08; default: a crop of the same size.")]
    public double? ResizedCrop { get; init; }

    [CommandOption("--show-augmentations [FILE]")]
    [Description($"Writes a sheet of what each augmentation does to some of the pictures, by default to {DefaultSheet}, and does not train.")]
    public FlagValue<string> ShowAugmentations { get; set; } = new();

    /// <summary>The file of the sheet; null where none is asked for.</summary>
    public string? Sheet => !ShowAugmentations.IsSet ? null
        : ShowAugmentations.Value is { Length: > 0 } file ? file : DefaultSheet;

    /// <summary>The options that decide what a run comes to.</summary>
    private protected IEnumerable<(string Option, object? Value)> FixedAugmentations =>
        [("--rand-augment", RandAugment), ("--cutout", Cutout), ("--resized-crop", ResizedCrop)];

    /// <summary>RandAugment as it was asked for; null where it was not.</summary>
    public RandAugment? ReadRandAugment() => RandAugment is { } text ? Parse(text) : null;

    private protected ValidationResult? CheckAugmentations()
    {
        if (RandAugment is not null && ReadRandAugment() is null)
        {
            return ValidationResult.Error(
                "--rand-augment must be N,M or N,M,deepmind with N from 1 to 16 and M from 0 to 30, such as 2,9; "
                + $"found {RandAugment}.");
        }

        if (Cutout < 0 || Cutout % 2 != 0)
        {
            return ValidationResult.Error($"--cutout must be an even number of 0 or more; found {Cutout}.");
        }

        return ResizedCrop is null or (> 0 and <= 1)
            ? null
            : ValidationResult.Error(string.Create(
                CultureInfo.InvariantCulture, $"--resized-crop must be above 0 and at most 1; found {ResizedCrop}."));
    }

    private static RandAugment? Parse(string text)
    {
        var parts = text.Split(',', StringSplitOptions.TrimEntries);
        var asDeepMind = parts.Length == 3 && parts[2] == DeepMind;
        return (parts.Length == 2 || asDeepMind)
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var operations)
            && double.TryParse(parts[1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var magnitude)
            && operations is >= 1 and <= 16 && magnitude is >= 0 and <= 30
                ? new RandAugment
                {
                    Operations = operations,
                    Magnitude = magnitude,
                    Quirks = asDeepMind ? RandAugmentQuirks.DeepMind2021 : RandAugmentQuirks.None,
                }
                : null;
    }
}
