namespace Deep.Perceivers;

// H x W the pictures, h x w a tile, both in pixels

/// <summary>How two pictures of any size are cut into tiles of the model's size, and the tiles' flow put together.</summary>
/// <remarks>
/// Perceiver IO, appendix H: tiles overlap, and each pixel's flow is the mean over the tiles that cover it, weighed by
/// its distance to each tile's nearest edge. Tiles begin at multiples of h - overlap and w - overlap, moved back to lie
/// within the picture, each place once: the released code leaves the picture at widths such as 1920, 1440 and 960, and
/// computes equal tiles four times where the picture is one tile. Immutable, safe to share between threads.
/// </remarks>
public sealed class FlowTiles
{
    private FlowTiles(
        int height, int width, int tileHeight, int tileWidth, IReadOnlyList<(int Y, int X)> corners)
    {
        (Height, Width, TileHeight, TileWidth, Corners) = (height, width, tileHeight, tileWidth, corners);
    }

    /// <summary>H.</summary>
    public int Height { get; }

    /// <summary>W.</summary>
    public int Width { get; }

    /// <summary>h.</summary>
    public int TileHeight { get; }

    /// <summary>w.</summary>
    public int TileWidth { get; }

    /// <summary>The top left pixel of each tile, row by row.</summary>
    public IReadOnlyList<(int Y, int X)> Corners { get; }

    /// <summary>The tiles of pictures of a size.</summary>
    /// <param name="height">H, at least h.</param>
    /// <param name="width">W, at least w.</param>
    /// <param name="tileHeight">h, at least 1.</param>
    /// <param name="tileWidth">w, at least 1.</param>
    /// <param name="minOverlap">Pixels that neighbours share at least: 0 to less than h and w. The paper's: 20.</param>
    /// <exception cref="ConfigurationException">The tile or the overlap is out of its range.</exception>
    /// <exception cref="ShapeException">The pictures are smaller than a tile.</exception>
    public static FlowTiles Of(int height, int width, int tileHeight, int tileWidth, int minOverlap = 20)
    {
        if (tileHeight < 1 || tileWidth < 1)
        {
            throw new ConfigurationException("tile", "1 pixel or more on each side", $"{tileWidth} x {tileHeight}");
        }

        if (minOverlap < 0 || minOverlap >= Math.Min(tileHeight, tileWidth))
        {
            throw new ConfigurationException(
                nameof(minOverlap), $"0 to {Math.Min(tileHeight, tileWidth) - 1}", minOverlap);
        }

        if (height < tileHeight || width < tileWidth)
        {
            throw new ShapeException(
                $"Optical flow needs pictures of at least one tile, {tileWidth} x {tileHeight} pixels, "
                + $"but these are {width} x {height}: scale them up first.");
        }

        var rows = Starts(height, tileHeight, minOverlap);
        var columns = Starts(width, tileWidth, minOverlap);
        return new FlowTiles(
            height, width, tileHeight, tileWidth, [.. rows.SelectMany(y => columns.Select(x => (y, x)))]);
    }

    /// <summary>The weight of a pixel of a tile: its distance to the nearest edge, from 1 at the edge itself.</summary>
    /// <param name="y">Row in the tile, 0 to h - 1.</param>
    /// <param name="x">Column in the tile, 0 to w - 1.</param>
    public int WeightAt(int y, int x) =>
        Math.Min(Math.Min(y + 1, TileHeight - y), Math.Min(x + 1, TileWidth - x));

    /// <summary>Puts the tiles' flow together.</summary>
    /// <param name="flow">For each tile in order, h x w x 2 values, rows from the top, u and v interleaved.</param>
    /// <param name="scale">Factor from the model's unit to pixels. The released model's: 20.</param>
    /// <exception cref="ShapeException">There are other tiles, or a tile has another length.</exception>
    public FlowField Stitch(IReadOnlyList<float[]> flow, double scale = 20)
    {
        ArgumentNullException.ThrowIfNull(flow);
        if (flow.Count != Corners.Count || flow.Any(tile => tile.Length != 2 * TileHeight * TileWidth))
        {
            throw new ShapeException(
                $"Flow is put together from {Corners.Count} tiles of {TileHeight} x {TileWidth} x 2 values, "
                + $"but {flow.Count} came, of {string.Join(", ", flow.Select(tile => tile.Length).Distinct())}.");
        }

        var sum = new double[2 * Height * Width];
        var weights = new double[Height * Width];
        for (var tile = 0; tile < Corners.Count; tile++)
        {
            Add(flow[tile], Corners[tile], sum, weights);
        }

        var u = new float[weights.Length];
        var v = new float[weights.Length];
        for (var pixel = 0; pixel < weights.Length; pixel++)
        {
            u[pixel] = (float)(sum[2 * pixel] / weights[pixel] * scale);
            v[pixel] = (float)(sum[(2 * pixel) + 1] / weights[pixel] * scale);
        }

        return new FlowField(Width, Height, u, v);
    }

    private static List<int> Starts(int length, int tile, int overlap)
    {
        var starts = new List<int> { 0 };
        while (starts[^1] < length - tile)
        {
            starts.Add(Math.Min(starts[^1] + tile - overlap, length - tile));
        }

        return starts;
    }

    private void Add(float[] tile, (int Y, int X) corner, double[] sum, double[] weights)
    {
        for (int y = 0, from = 0; y < TileHeight; y++)
        {
            var to = ((corner.Y + y) * Width) + corner.X;
            for (var x = 0; x < TileWidth; x++, to++, from += 2)
            {
                var weight = WeightAt(y, x);
                sum[2 * to] += weight * (double)tile[from];
                sum[(2 * to) + 1] += weight * (double)tile[from + 1];
                weights[to] += weight;
            }
        }
    }
}
