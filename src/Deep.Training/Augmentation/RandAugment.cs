using static Deep.Training.RandAugmentOperation;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Some random operations at one magnitude (RandAugment, 1909.13719), as the NFNet recipe uses it.</summary>
/// <remarks>
/// Operations are drawn with replacement, each equally likely; what a move uncovers is grey (128) and pixels are taken
/// from the nearest. The NFNets' values are 4 operations at magnitude 5 (F0), 10 (F1, F2) or 15 (F3 to F7), with
/// <see cref="RandAugmentQuirks.DeepMind2021"/>. Immutable, safe for many threads.
/// </remarks>
public sealed record RandAugment : IPictureAugmentation
{
    /// <summary>What lies outside a picture that is moved, and inside of Cutout's square.</summary>
    public const byte Fill = 128;

    private static readonly RandAugmentOperation[] s_all = Enum.GetValues<RandAugmentOperation>();

    /// <summary>N, the operations applied one after the other, 0 to 16; default 2, the paper's for ImageNet.</summary>
    public int Operations { get; init; } = 2;

    /// <summary>M, the strength of each, 0 to 30; default 9, the paper's for ImageNet.</summary>
    public double Magnitude { get; init; } = 9;

    /// <summary>What is kept of published code's peculiarities; none by default.</summary>
    public RandAugmentQuirks Quirks { get; init; } = RandAugmentQuirks.None;

    /// <summary>The operations to draw from, at least one; all 16 by default.</summary>
    public IReadOnlyList<RandAugmentOperation> Choices { get; init; } = s_all;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public void Apply(Span<byte> picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Validate();
        for (var i = 0; i < Operations; i++)
        {
            Apply(Choices[random.NextInt32(Choices.Count)], picture, height, width, random);
        }
    }

    /// <summary>One operation at this magnitude, its sign and place drawn.</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="picture">C · H · W bytes, channel by channel, changed in place.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="random">The source of the draws.</param>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public void Apply(
        RandAugmentOperation operation, Span<byte> picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        Validate();
        var argument = RandAugmentLevels.Argument(operation, Magnitude, Quirks, height, width, random);
        switch (operation)
        {
            case AutoContrast:
                ToneOperations.AutoContrast(picture, height, width);
                break;
            case Equalize:
                ToneOperations.Equalize(picture, height, width);
                break;
            case Invert:
                ToneOperations.Invert(picture);
                break;
            case Posterize:
                ToneOperations.Posterize(picture, (int)argument);
                break;
            case Solarize:
                ToneOperations.Solarize(picture, (int)argument);
                break;
            case SolarizeAdd:
                ToneOperations.SolarizeAdd(picture, (int)argument);
                break;
            case Color:
                ToneOperations.Color(picture, height, width, argument);
                break;
            case Contrast when Quirks.ContrastFollowsPictureSize:
                var size = (byte)Math.Min(255, (long)height * width / 256);
                ToneOperations.Contrast(picture, height, width, argument, size);
                break;
            case Contrast:
                ToneOperations.Contrast(picture, height, width, argument);
                break;
            case Brightness:
                ToneOperations.Brightness(picture, argument);
                break;
            case Sharpness:
                ToneOperations.Sharpness(picture, height, width, argument);
                break;
            case Rotate:
                GeometricOperations.Rotate(picture, height, width, argument, Fill);
                break;
            case ShearX:
                GeometricOperations.ShearX(picture, height, width, argument, Fill);
                break;
            case ShearY:
                GeometricOperations.ShearY(picture, height, width, argument, Fill);
                break;
            case TranslateX:
                GeometricOperations.Translate(picture, height, width, 0, argument, Fill);
                break;
            case TranslateY:
                GeometricOperations.Translate(picture, height, width, argument, 0, Fill);
                break;
            case RandAugmentOperation.Cutout:
                var (y, x) = (random.NextInt32(height), random.NextInt32(width));
                GeometricOperations.Cut(picture, height, width, y, x, (int)argument, Fill);
                break;
        }
    }

    /// <summary>What the magnitude means to an operation, in a few words: "± 27°", "4 bits".</summary>
    /// <param name="operation">The operation.</param>
    /// <param name="height">H of the pictures.</param>
    /// <param name="width">W of the pictures.</param>
    /// <returns>The words; empty for an operation that has no strength.</returns>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    public string Strength(RandAugmentOperation operation, int height, int width)
    {
        Validate();
        return RandAugmentLevels.Describe(operation, Magnitude, Quirks, height, width);
    }

    private void Validate()
    {
        if (Operations is < 0 or > 16)
        {
            throw new ConfigurationException("RandAugment.Operations", "from 0 to 16", Operations);
        }

        if (!(Magnitude is >= 0 and <= 30))
        {
            throw new ConfigurationException("RandAugment.Magnitude", "from 0 to 30", Magnitude);
        }

        if (Choices is not { Count: > 0 })
        {
            throw new ConfigurationException("RandAugment.Choices", "at least one operation", Choices?.Count);
        }
    }
}
