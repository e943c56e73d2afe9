namespace Deep.Media;

/// <summary>
/// The kernel that <see cref="Picture.Resize(int, int, ResizeFilter)"/> weighs source pixels with, named and defined as
/// in Pillow.
/// </summary>
/// <remarks>
/// All but <see cref="Nearest"/> are antialiased: when a picture shrinks, the kernel widens by the same factor.
/// </remarks>
public enum ResizeFilter
{
    /// <summary>The source pixel under the centre of each target pixel, unweighted.</summary>
    Nearest,

    /// <summary>The mean of the source pixels below a target pixel (support 0.5).</summary>
    Box,

    /// <summary>Triangle kernel (support 1).</summary>
    Bilinear,

    /// <summary>Hamming-windowed sinc (support 1): as sharp as bicubic, without its local contrast.</summary>
    Hamming,

    /// <summary>
    /// Keys' cubic convolution with a = -0.5 (support 2): what most published image models are evaluated with.
    /// </summary>
    Bicubic,

    /// <summary>Lanczos-windowed sinc (support 3).</summary>
    Lanczos,
}
