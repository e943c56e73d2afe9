using Deep.Cli.Commands;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>What a run does to each picture, in this order, and where pictures are mixed in between.</summary>
/// <param name="Before">Changes of each picture by itself.</param>
/// <param name="Mixing">Mixing with another; null for none.</param>
/// <param name="After">Changes of the mixed picture: RandAugment, where the NFNet recipe has it.</param>
internal sealed record AugmentationPlan(
    IReadOnlyList<IPictureAugmentation> Before, Mixing? Mixing, IReadOnlyList<IPictureAugmentation> After)
{
    /// <summary>The plan of a command line.</summary>
    /// <param name="settings">What it says.</param>
    /// <param name="size">Side of the pictures.</param>
    public static AugmentationPlan Of(ImageTrainingSettings settings, int size)
    {
        List<IPictureAugmentation> before =
        [
            settings.ResizedCrop is { } area
                ? new RandomResizedCrop { MinimumArea = area }
                : new RandomCrop { Padding = Math.Max(1, size / 8) },
            new HorizontalFlip(),
        ];
        if (settings.Cutout > 0)
        {
            before.Add(new Cutout { Side = settings.Cutout });
        }

        var mixing = settings.Mixup > 0 || settings.Cutmix > 0
            ? new Mixing
            {
                Mixup = settings.Mixup > 0 ? new Mixup { Alpha = settings.Mixup } : null,
                Cutmix = settings.Cutmix > 0 ? new Cutmix { Alpha = settings.Cutmix } : null,
            }
            : null;
        return new(before, mixing, settings.ReadRandAugment() is { } augment ? [augment] : []);
    }
}
