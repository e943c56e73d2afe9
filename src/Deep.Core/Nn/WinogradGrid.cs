namespace Deep.Nn;

/// <summary>The tiles of 4 x 4 outputs that cover a batch of maps, row by row, image by image.</summary>
/// <param name="Height">Rows of an output map.</param>
/// <param name="Width">Columns of an output map.</param>
/// <param name="Repetition">Outputs along an axis for each input pixel: 1, or 2 where pixels are repeated before the convolution.</param>
internal readonly record struct WinogradGrid(long Height, long Width, int Repetition)
{
    /// <summary>Outputs of a tile along an axis.</summary>
    public const int Outputs = 4;

    /// <summary>Rows of tiles in a map.</summary>
    public long Rows { get; } = (Height + Outputs - 1) / Outputs;

    /// <summary>Columns of tiles in a map.</summary>
    public long Columns { get; } = (Width + Outputs - 1) / Outputs;

    /// <summary>Tiles in a map.</summary>
    public long Tiles => Rows * Columns;

    /// <summary>A tile's image and first output.</summary>
    public (long Image, long Row, long Column) At(long tile) => (tile / Tiles, tile % Tiles / Columns * Outputs, tile % Columns * Outputs);

    /// <summary>The index of the input pixel that an output position sees, or -1 outside of the map.</summary>
    public long Source(long image, long row, long column) =>
        row < 0 || row >= Height || column < 0 || column >= Width
            ? -1
            : (((image * (Height / Repetition)) + (row / Repetition)) * (Width / Repetition)) + (column / Repetition);
}
