namespace Deep.Training;

/// <summary>What lies outside a picture that is moved.</summary>
public enum CropPadding
{
    /// <summary>Black: bytes of 0.</summary>
    Zero,

    /// <summary>The picture mirrored at its edge pixels, which are not repeated.</summary>
    Mirror,
}
