using static Deep.Training.RandAugmentOperation;

namespace Deep.Training;

/// <summary>What a magnitude means to each operation: the one table of RandAugment.</summary>
/// <remarks>
/// m is a tenth of the magnitude. The numbers are those of level_to_arg in deepmind-research, nfnets/autoaugment.py, with
/// translate_const 100 and cutout_const 40. Where its levels run backwards, the other column has Posterize and Solarize
/// as torchvision's RandAugment, and the factors as timm's "increasing" operations.
/// </remarks>
internal static class RandAugmentLevels
{
    // The side of picture for which the distances in pixels were meant.
    private const double ReferenceSide = 224;

    /// <summary>The argument of an operation, with a drawn sign where it can go either way.</summary>
    public static double Argument(
        RandAugmentOperation operation, double magnitude, RandAugmentQuirks quirks, int height, int width,
        RandomState random)
    {
        var size = Size(operation, magnitude / 10, quirks, height, width);
        var signed = IsSigned(operation, quirks) && !random.NextBoolean() ? -size : size;
        return IsChangeOfFactor(operation, quirks) ? Math.Max(0, 1 + signed) : signed;
    }

    /// <summary>The argument in words; empty for an operation without one.</summary>
    public static string Describe(
        RandAugmentOperation operation, double magnitude, RandAugmentQuirks quirks, int height, int width)
    {
        var size = Size(operation, magnitude / 10, quirks, height, width);
        return operation switch
        {
            AutoContrast or Equalize or Invert => "",
            Rotate => Text($"± {size:0.#}°"),
            ShearX or ShearY => Text($"± {size:0.##}"),
            TranslateX or TranslateY => Text($"± {size:0.#} px"),
            RandAugmentOperation.Cutout => Text($"{2 * size:0} px"),
            Posterize => Text($"{size:0} bits"),
            Solarize => Text($"from {size:0}"),
            SolarizeAdd => Text($"+ {size:0}"),
            _ when IsChangeOfFactor(operation, quirks) => Text($"× {Math.Max(0, 1 - size):0.##} or × {1 + size:0.##}"),
            _ => Text($"× {size:0.##}"),
        };

        static string Text(FormattableString text) => FormattableString.Invariant(text);
    }

    // The table.
    private static double Size(
        RandAugmentOperation operation, double m, RandAugmentQuirks quirks, int height, int width)
    {
        var backwards = quirks.LevelsRunBackwards;
        return operation switch
        {
            AutoContrast or Equalize or Invert => 0,
            Rotate => 30 * m,
            ShearX or ShearY => 0.3 * m,
            TranslateX => 100 * m * Scale(width),
            TranslateY => 100 * m * Scale(height),
            RandAugmentOperation.Cutout => (int)(40 * m * Scale(Math.Min(height, width))),
            Posterize => backwards ? Math.Min(8, (int)(4 * m)) : Math.Max(1, 8 - (int)Math.Round(4 * m)),
            Solarize => backwards ? (int)(256 * m) : Math.Max(0, 256 - (int)(256 * m)),
            SolarizeAdd => (int)(110 * m),
            Color or Contrast or Brightness or Sharpness => backwards ? (1.8 * m) + 0.1 : 0.9 * m,
            _ => throw new ConfigurationException("RandAugment.Choices", "operations that are listed", operation),
        };

        double Scale(int side) => quirks.DistancesAreInPixels ? 1 : side / ReferenceSide;
    }

    private static bool IsSigned(RandAugmentOperation operation, RandAugmentQuirks quirks) => operation
        is Rotate or ShearX or ShearY or TranslateX or TranslateY || IsChangeOfFactor(operation, quirks);

    private static bool IsChangeOfFactor(RandAugmentOperation operation, RandAugmentQuirks quirks) =>
        !quirks.LevelsRunBackwards && operation is (Color or Contrast or Brightness or Sharpness);
}
