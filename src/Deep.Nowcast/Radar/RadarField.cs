using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// H rows from north to south, W columns from west to east

/// <summary>One radar picture: rain or reflectivity on a grid at a time, with no observation kept apart from zero.</summary>
/// <remarks>
/// NaN means that nothing was observed in a cell; zero means that no rain was observed. Values that no radar can have
/// measured become NaN too: infinite ones, and rain below zero. Immutable and plain managed memory: nothing to dispose,
/// safe to share between threads.
/// </remarks>
public sealed class RadarField
{
    /// <summary>A field over an array of values.</summary>
    /// <param name="values">
    /// H x W values, row major, NaN where nothing was observed. The field keeps the array: it must not be changed
    /// afterwards.
    /// </param>
    /// <param name="grid">H, W and the place on the map.</param>
    /// <param name="unit">What the values are.</param>
    /// <param name="time">When the observation was made; for sums and rates the end of the interval.</param>
    /// <param name="interval">Length of the interval; a sum needs it to become a rate.</param>
    /// <param name="source">The file, or another name for messages.</param>
    /// <param name="relation">The relation between reflectivity and rain that the source states, or null.</param>
    /// <exception cref="ShapeException">The array has another length than the grid has cells.</exception>
    /// <exception cref="ConfigurationException">The grid or the interval makes no sense.</exception>
    public RadarField(
        float[] values, RadarGrid grid, RadarUnit unit, DateTimeOffset time, TimeSpan? interval = null,
        string source = "memory", ReflectivityRelation? relation = null)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentException.ThrowIfNullOrEmpty(source);
        grid.Validate();
        relation?.Validate();
        if (values.LongLength != (long)grid.Height * grid.Width)
        {
            throw new ShapeException(
                $"{source}: a field of {grid.Height} x {grid.Width} cells needs {(long)grid.Height * grid.Width} values, "
                + $"but {values.Length} came.");
        }

        if (interval <= TimeSpan.Zero)
        {
            throw new ConfigurationException("RadarField.Interval", "above 0", interval);
        }

        (Values, Rejected) = Measurable(values, unit);
        Grid = grid;
        Unit = unit;
        Time = time.ToUniversalTime();
        Interval = interval;
        Source = source;
        Relation = relation;
    }

    /// <summary>H x W values, row major, NaN where nothing was observed. Not to be changed.</summary>
    public float[] Values { get; }

    /// <summary>Cells and place on the map.</summary>
    public RadarGrid Grid { get; }

    /// <summary>What the values are.</summary>
    public RadarUnit Unit { get; }

    /// <summary>When it was observed, UTC; the end of the interval.</summary>
    public DateTimeOffset Time { get; }

    /// <summary>Length of the interval that the values stand for; null where it is not known.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>The file that it came from, or another name for messages.</summary>
    public string Source { get; }

    /// <summary>The relation between reflectivity and rain rate that the source states, or null.</summary>
    public ReflectivityRelation? Relation { get; }

    /// <summary>How many values were infinite or rain below zero and became NaN.</summary>
    public int Rejected { get; }

    /// <summary>H.</summary>
    public int Height => Grid.Height;

    /// <summary>W.</summary>
    public int Width => Grid.Width;

    /// <summary>The value of a cell; NaN where nothing was observed.</summary>
    /// <param name="row">From 0, the northernmost.</param>
    /// <param name="column">From 0, the westernmost.</param>
    public float this[int row, int column] => (uint)row < (uint)Height && (uint)column < (uint)Width
        ? Values[(row * Width) + column]
        : throw new ArgumentOutOfRangeException(
            nameof(row), $"There is no cell ({row}, {column}) in a field of {Height} x {Width}.");

    /// <summary>How many cells have no observation.</summary>
    public int Missing => Values.Count(float.IsNaN);

    /// <summary>Reads a radar file; the format is told by its content.</summary>
    /// <param name="path">
    /// KNMI HDF5, ODIM_H5, Rainfields netCDF-4, FMI PGM (also gzipped), MeteoSwiss GIF, GeoTIFF, NumPy, or a file that
    /// <see cref="RadarField"/> wrote.
    /// </param>
    /// <param name="options">What to take, and what the file does not say.</param>
    /// <exception cref="Deep.Media.MediaException">
    /// The file is missing, damaged, too large, of another format, or says too little.
    /// </exception>
    public static RadarField Read(string path, RadarReadOptions? options = null) => RadarFile.Read(path, options);

    /// <summary>The mean rate of a sum of rain.</summary>
    /// <param name="millimetres">mm in the interval; NaN stays NaN.</param>
    /// <param name="interval">Above 0.</param>
    /// <returns>mm/h.</returns>
    public static double RainRate(double millimetres, TimeSpan interval) => millimetres / interval.TotalHours;

    /// <summary>The field as rain rate.</summary>
    /// <param name="relation">
    /// From reflectivity; null: what the source states (<see cref="Relation"/>), else Marshall-Palmer.
    /// </param>
    /// <param name="dryBelowDbz">Reflectivity that is taken as dry is below this, dBZ.</param>
    /// <returns>mm/h; the field itself if it is a rate already.</returns>
    /// <exception cref="ConfigurationException">The field is a sum over an interval that is not known.</exception>
    public RadarField ToRainRate(ReflectivityRelation? relation = null, double dryBelowDbz = 10)
    {
        relation?.Validate();
        if (Unit == RadarUnit.RainRate)
        {
            return this;
        }

        if (Unit == RadarUnit.Accumulation)
        {
            var interval = Interval ?? throw new ConfigurationException(
                $"RadarField.Interval of {Source}", "known where a sum becomes a rate", null);
            return With(RadarUnit.RainRate, value => RainRate(value, interval));
        }

        var used = relation ?? Relation ?? ReflectivityRelation.MarshallPalmer;
        return With(RadarUnit.RainRate, dbz => dbz < dryBelowDbz ? 0 : used.RainRate(dbz));
    }

    /// <summary>The field as reflectivity.</summary>
    /// <param name="relation">From rain rate; null: what the source states, else Marshall-Palmer.</param>
    /// <param name="dryDbz">What stands for no rain, and for less than it, dBZ.</param>
    /// <exception cref="ConfigurationException">The field is a sum over an interval that is not known.</exception>
    public RadarField ToReflectivity(ReflectivityRelation? relation = null, double dryDbz = -32)
    {
        relation?.Validate();
        if (Unit == RadarUnit.Reflectivity)
        {
            return this;
        }

        var used = relation ?? Relation ?? ReflectivityRelation.MarshallPalmer;
        return ToRainRate().With(RadarUnit.Reflectivity, rate =>
            double.IsNaN(rate) ? rate : Math.Max(dryDbz, used.Reflectivity(rate)));
    }

    /// <summary>A rectangle of cells.</summary>
    /// <param name="top">First row.</param>
    /// <param name="left">First column.</param>
    /// <param name="height">Rows.</param>
    /// <param name="width">Columns.</param>
    /// <exception cref="ShapeException">The rectangle is empty or reaches outside the field.</exception>
    public RadarField Crop(int top, int left, int height, int width)
    {
        var grid = Grid.Crop(top, left, height, width);
        var values = new float[height * width];
        for (var row = 0; row < height; row++)
        {
            Values.AsSpan(((top + row) * Width) + left, width).CopyTo(values.AsSpan(row * width));
        }

        return new RadarField(values, grid, Unit, Time, Interval, Source, Relation);
    }

    /// <summary>The field on cells <paramref name="factor"/> times as long: means of what was observed.</summary>
    /// <param name="factor">At least 1; rows and columns beyond the last whole cell, south and east, are left out.</param>
    /// <returns>NaN where less than half of a new cell was observed.</returns>
    /// <exception cref="ConfigurationException">
    /// The field is reflectivity, whose decibels have no mean, or the factor does not fit.
    /// </exception>
    public RadarField Coarsen(int factor)
    {
        if (factor < 1 || factor > Math.Min(Height, Width))
        {
            throw new ConfigurationException(nameof(factor), $"1 to {Math.Min(Height, Width)}", factor);
        }

        if (Unit == RadarUnit.Reflectivity)
        {
            throw new ConfigurationException($"RadarField.Unit of {Source}", "rain where cells are averaged", Unit);
        }

        if (factor == 1)
        {
            return this;
        }

        var (height, width) = (Height / factor, Width / factor);
        var values = new float[height * width];
        for (var cell = 0; cell < values.Length; cell++)
        {
            values[cell] = MeanOf(cell / width * factor, cell % width * factor, factor);
        }

        var kept = Grid.Crop(0, 0, height * factor, width * factor);
        var grid = kept with { Height = height, Width = width };
        return new RadarField(values, grid, Unit, Time, Interval, Source, Relation);
    }

    /// <summary>The values as a tensor.</summary>
    /// <returns>[H, W], float32, on the CPU, NaN kept. The caller disposes it.</returns>
    public Tensor ToTensor() => tensor(Values, [Height, Width]);

    /// <summary>The same cells with other values.</summary>
    internal RadarField With(RadarUnit unit, Func<double, double> convert)
    {
        var values = new float[Values.Length];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = (float)convert(Values[i]);
        }

        return new RadarField(values, Grid, unit, Time, Interval, Source, Relation);
    }

    private float MeanOf(int top, int left, int factor)
    {
        var (sum, observed) = (0.0, 0);
        for (var row = top; row < top + factor; row++)
        {
            foreach (var value in Values.AsSpan((row * Width) + left, factor))
            {
                if (!float.IsNaN(value))
                {
                    (sum, observed) = (sum + value, observed + 1);
                }
            }
        }

        return 2 * observed >= factor * factor ? (float)(sum / observed) : float.NaN;
    }

    private static (float[] Values, int Rejected) Measurable(float[] values, RadarUnit unit)
    {
        var rejected = 0;
        foreach (var value in values)
        {
            rejected += IsAbsurd(value, unit) ? 1 : 0;
        }

        return rejected == 0
            ? (values, 0)
            : ([.. values.Select(value => IsAbsurd(value, unit) ? float.NaN : value)], rejected);
    }

    private static bool IsAbsurd(float value, RadarUnit unit) =>
        float.IsInfinity(value) || (value < 0 && unit != RadarUnit.Reflectivity);
}
