namespace Deep.Training;

/// <summary>The operations of RandAugment, in the order in which the NFNet code lists them.</summary>
public enum RandAugmentOperation
{
    /// <summary>Stretches each channel to 0 to 255.</summary>
    AutoContrast,

    /// <summary>Makes all values of a channel about equally frequent.</summary>
    Equalize,

    /// <summary>The negative.</summary>
    Invert,

    /// <summary>A turn about the centre.</summary>
    Rotate,

    /// <summary>Keeps the highest bits of each value.</summary>
    Posterize,

    /// <summary>Inverts the values from a threshold on.</summary>
    Solarize,

    /// <summary>More or less colour: away from or towards grey.</summary>
    Color,

    /// <summary>More or less contrast.</summary>
    Contrast,

    /// <summary>Lighter or darker.</summary>
    Brightness,

    /// <summary>Sharper or softer.</summary>
    Sharpness,

    /// <summary>Rows move sideways, each by a share of its distance from the top.</summary>
    ShearX,

    /// <summary>Columns move up or down, each by a share of its distance from the left.</summary>
    ShearY,

    /// <summary>A move to the side.</summary>
    TranslateX,

    /// <summary>A move up or down.</summary>
    TranslateY,

    /// <summary>A grey square.</summary>
    Cutout,

    /// <summary>Adds to the values below 128.</summary>
    SolarizeAdd,
}
