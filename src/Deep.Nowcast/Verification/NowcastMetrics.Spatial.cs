namespace Deep.Nowcast;

public static partial class NowcastMetrics
{
    /// <summary>The fractions skill score of two fields.</summary>
    /// <param name="forecast">[height, width] row by row.</param>
    /// <param name="observed">[height, width] row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rain">The event. By default a cell that is missing in either field is left out of both.</param>
    /// <param name="scale">Rows and columns of the window around each cell, in pixels; of an even number one more lies before the cell than behind it.</param>
    /// <exception cref="ShapeException">The fields differ in size, or the scale is below 1.</exception>
    /// <remarks>
    /// A window's share is the number of its events over scale²: what lies outside the field, and what is missing, has no
    /// event in either field. Windows around missing cells are not counted.
    /// </remarks>
    public static FractionsSkill FractionsSkill(
        ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, int height, int width, RainEvent rain, int scale)
    {
        CellChecks.RequireSame(forecast.Length, observed.Length);
        return Scorer(observed.Length, height, width, [scale]).Score(forecast, observed, rain).Fractions[0];
    }

    /// <summary>Fractions skill scores by scale and threshold.</summary>
    /// <param name="forecast">[height, width] row by row.</param>
    /// <param name="observed">[height, width] row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="thresholds">In the fields' unit.</param>
    /// <param name="scales">Window lengths in pixels; sorted from large to small in the result.</param>
    /// <exception cref="ShapeException">The fields differ in size, or a scale is below 1.</exception>
    public static IntensityScale IntensityScale(
        ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, int height, int width,
        IReadOnlyList<double> thresholds, IReadOnlyList<int> scales)
    {
        ArgumentNullException.ThrowIfNull(thresholds);
        ArgumentNullException.ThrowIfNull(scales);
        CellChecks.RequireSame(forecast.Length, observed.Length);
        int[] sorted = [.. scales.OrderDescending()];
        var scorer = Scorer(observed.Length, height, width, sorted);
        var columns = new List<IReadOnlyList<FractionsSkill>>();
        foreach (var threshold in thresholds)
        {
            columns.Add(scorer.Score(forecast, observed, new(threshold)).Fractions);
        }

        return new(sorted, thresholds, [.. sorted.Select((_, row) => (IReadOnlyList<FractionsSkill>)[.. columns.Select(c => c[row])])]);
    }

    private static EventScorer Scorer(int cells, int height, int width, int[] scales)
    {
        CellChecks.RequireGrid(cells, height, width);
        if (scales.Any(scale => scale < 1))
        {
            throw new ShapeException($"A scale is 1 pixel or more, but is {scales.Min()}.");
        }

        return new(height, width, scales);
    }

    /// <summary>The error of a yes/no field, split by the scales of its Haar wavelet decomposition.</summary>
    /// <param name="forecast">[height, width] row by row.</param>
    /// <param name="observed">[height, width] row by row.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <param name="rain">The event.</param>
    /// <exception cref="ShapeException">The fields differ in size.</exception>
    /// <remarks>
    /// The parts are differences of block means: of blocks of 2^k and of 2^(k+1) pixels. Where a block reaches over the
    /// last row or column, that row or column is repeated. Cells that are missing have no error.
    /// </remarks>
    public static ScaleErrors ScaleErrors(
        ReadOnlySpan<double> forecast, ReadOnlySpan<double> observed, int height, int width, RainEvent rain)
    {
        CellChecks.RequireSame(forecast.Length, observed.Length);
        CellChecks.RequireGrid(observed.Length, height, width);
        var error = new double[forecast.Length];
        double events = 0, counted = 0;
        for (var i = 0; i < error.Length; i++)
        {
            if (rain.Counts(forecast[i], observed[i]))
            {
                var happened = rain.Occurs(observed[i]) ? 1 : 0;
                error[i] = (rain.Occurs(forecast[i]) ? 1 : 0) - happened;
                (events, counted) = (events + happened, counted + 1);
            }
        }

        // From pixels to ever larger blocks: what a doubling of the blocks takes away is the part of that scale.
        var levels = (int)Math.Log2(Math.Min(height, width));
        var (scales, squares) = (new double[levels + 1], new double[levels + 1]);
        var blocks = (Values: error, Height: height, Width: width);
        var means = error;
        for (var level = 0; level <= levels; level++)
        {
            var place = levels - level;
            scales[place] = Math.Pow(2, level);
            if (level == levels)
            {
                squares[place] = means.Sum(v => v * v) / counted;
                break;
            }

            blocks = HaarBlocks.Halve(blocks.Values, blocks.Height, blocks.Width);
            var coarser = HaarBlocks.Spread(blocks.Values, blocks.Width, 1 << (level + 1), height, width);
            squares[place] = means.Zip(coarser, (a, b) => (a - b) * (a - b)).Sum() / counted;
            means = coarser;
        }

        var rate = CellChecks.Ratio(events, counted);
        return new(scales, squares, [.. squares.Select(s => 1 - CellChecks.Ratio(s, 2 * rate * (1 - rate) / (levels + 1)))], rate);
    }
}
