namespace Deep.Nowcast;

/// <summary>One map of a picture.</summary>
/// <param name="Title">The line above it.</param>
/// <param name="Values">[H, W], NaN where nothing was observed or is known.</param>
/// <param name="Grid">H, W and the length of cells, for the scale bar.</param>
public sealed record MapPanel(string Title, ReadOnlyMemory<float> Values, RadarGrid Grid)
{
    /// <summary>A field as it is.</summary>
    /// <param name="field">Rain rate.</param>
    /// <param name="title">The line above; null: the time, UTC.</param>
    public static MapPanel Of(RadarField field, string? title = null)
    {
        ArgumentNullException.ThrowIfNull(field);
        var rate = field.ToRainRate();
        return new MapPanel(
            title ?? field.Time.ToString("yyyy-MM-dd HH:mm 'UTC'", System.Globalization.CultureInfo.InvariantCulture),
            rate.Values, rate.Grid);
    }

    /// <summary>Numbers such as those of a forecast's mean or probability.</summary>
    /// <param name="title">The line above.</param>
    /// <param name="values">[H, W].</param>
    /// <param name="grid">The grid.</param>
    /// <exception cref="ShapeException">The values are not H x W.</exception>
    public static MapPanel Of(string title, float[,] values, RadarGrid grid)
    {
        ArgumentNullException.ThrowIfNull(values);
        ArgumentNullException.ThrowIfNull(grid);
        if (values.GetLength(0) != grid.Height || values.GetLength(1) != grid.Width)
        {
            throw new ShapeException(
                $"A map of {grid.Height} x {grid.Width} cells got {values.GetLength(0)} x {values.GetLength(1)} values.");
        }

        return new MapPanel(title, values.Cast<float>().ToArray(), grid);
    }
}
