namespace Deep.Nowcast;

/// <summary>The places of examples in one sequence, in order of beginning, row and column.</summary>
internal sealed class PlaceLayout
{
    private readonly CropOptions _options;

    public PlaceLayout(RadarSequence sequence, CropOptions options)
    {
        _options = options;
        Starts = Count(sequence.Count, options.Frames, options.FrameStride);
        Rows = Count(sequence.Grid.Height, options.Height, options.Stride);
        Columns = Count(sequence.Grid.Width, options.Width, options.Stride);
    }

    /// <summary>Beginnings.</summary>
    public int Starts { get; }

    /// <summary>Places down.</summary>
    public int Rows { get; }

    /// <summary>Places across.</summary>
    public int Columns { get; }

    /// <summary>Where a place lies.</summary>
    public (int Start, int Top, int Left) At(int place) => (
        place / (Rows * Columns) * _options.FrameStride,
        place / Columns % Rows * _options.Stride,
        place % Columns * _options.Stride);

    private static int Count(int whole, int part, int stride) => whole < part ? 0 : ((whole - part) / stride) + 1;
}
