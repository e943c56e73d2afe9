namespace Deep.Training;

/// <summary>A rectangle within a picture, in its pixels.</summary>
/// <param name="Top">Rows above it, 0 or more.</param>
/// <param name="Left">Columns before it, 0 or more.</param>
/// <param name="Height">Its rows, 1 or more.</param>
/// <param name="Width">Its columns, 1 or more.</param>
public readonly record struct CropBox(int Top, int Left, int Height, int Width);
