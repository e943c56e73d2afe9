namespace Deep.Training;

/// <summary>The random numbers behind one cutmix box.</summary>
/// <param name="CentreX">The column of the box's centre, 0 to W − 1.</param>
/// <param name="CentreY">The row of the box's centre, 0 to H − 1.</param>
/// <param name="Proportion">
/// 0 to 1: the box's sides are √(1 − proportion) of the picture's before it is clipped at the edges.
/// </param>
public readonly record struct CutmixDraw(int CentreX, int CentreY, double Proportion)
{
    /// <summary>
    /// The box in a picture: the columns from Left to before Right, the rows from Top to before Bottom.
    /// </summary>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <remarks>
    /// Half sides are rounded down, as in deepmind-research, nfnets/dataset.py, so a box's sides are even before
    /// clipping.
    /// </remarks>
    public (int Left, int Top, int Right, int Bottom) Box(int height, int width)
    {
        // The reference computes the sides in f32.
        var side = MathF.Sqrt(1 - (float)Proportion);
        var (halfWidth, halfHeight) = ((int)(side * width) / 2, (int)(side * height) / 2);
        return (
            Math.Clamp(CentreX - halfWidth, 0, width), Math.Clamp(CentreY - halfHeight, 0, height),
            Math.Clamp(CentreX + halfWidth, 0, width), Math.Clamp(CentreY + halfHeight, 0, height));
    }
}
