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
        var m = magnitude / 10;
        var backwards = quirks.LevelsRunBackwards;
        return operation switch
        {
            AutoContrast or Equalize or Invert => 0,
            Rotate => Signed(30 * m, random),
            ShearX or ShearY => Signed(0.3 * m, random),
            TranslateX => Signed(100 * m * Scale(width), random),
            TranslateY => Signed(100 * m * Scale(height), random),
            RandAugmentOperation.Cutout => (int)(40 * m * Scale(Math.Min(height, width))),
            Posterize => backwards ? Math.Min(8, (int)(4 * m)) : Math.Max(1, 8 - (int)Math.Round(4 * m)),
            Solarize => backwards ? (int)(256 * m) : Math.Max(0, 256 - (int)(256 * m)),
            SolarizeAdd => (int)(110 * m),
            Color or Contrast or Brightness or Sharpness =>
                backwards ? (1.8 * m) + 0.1 : Math.Max(0, 1 + Signed(0.9 * m, random)),
            _ => throw new ConfigurationException("RandAugment.Choices", "operations that are listed", operation),
        };

        double Scale(int side) => quirks.DistancesAreInPixels ? 1 : side / ReferenceSide;
    }

    private static double Signed(double argument, RandomState random) => random.NextBoolean() ? argument : -argument;
}
