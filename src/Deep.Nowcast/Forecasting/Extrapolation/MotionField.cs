namespace Deep.Nowcast;

// h rows (0 is north), w columns (0 is west)

/// <summary>Where rain goes in one time step: a displacement in pixels for every pixel of a grid.</summary>
/// <remarks>Immutable. Positive columns point east (to the right), positive rows point south (down).</remarks>
public sealed class MotionField
{
    /// <summary>A field of given displacements.</summary>
    /// <param name="height">h, 1 or more.</param>
    /// <param name="width">w, 1 or more.</param>
    /// <param name="columns">[h * w], row-major: pixels to the right per step.</param>
    /// <param name="rows">[h * w], row-major: pixels down per step.</param>
    /// <exception cref="ShapeException">A list does not have h * w numbers, or the grid is empty.</exception>
    /// <exception cref="ConfigurationException">A displacement is not finite.</exception>
    public MotionField(int height, int width, double[] columns, double[] rows)
    {
        ArgumentNullException.ThrowIfNull(columns);
        ArgumentNullException.ThrowIfNull(rows);
        if (height < 1 || width < 1 || columns.Length != (long)height * width || rows.Length != columns.Length)
        {
            throw new ShapeException($"A motion field of {height} x {width} pixels needs {(long)height * width} displacements "
                + $"in columns and in rows, but {columns.Length} and {rows.Length} came.");
        }

        foreach (var parts in new[] { columns, rows })
        {
            var wrong = Array.FindIndex(parts, value => !double.IsFinite(value));
            if (wrong >= 0)
            {
                throw new ConfigurationException($"{nameof(MotionField)}[{wrong / width}, {wrong % width}]",
                    "a finite number of pixels per step", parts[wrong]);
            }
        }

        (Height, Width, ColumnValues, RowValues) = (height, width, columns, rows);
    }

    /// <summary>h.</summary>
    public int Height { get; }

    /// <summary>w.</summary>
    public int Width { get; }

    /// <summary>[h * w], row-major: pixels to the right per step.</summary>
    public ReadOnlySpan<double> Columns => ColumnValues;

    /// <summary>[h * w], row-major: pixels down per step.</summary>
    public ReadOnlySpan<double> Rows => RowValues;

    internal double[] ColumnValues { get; }

    internal double[] RowValues { get; }

    /// <summary>The same displacement everywhere.</summary>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="columns">Pixels to the right per step.</param>
    /// <param name="rows">Pixels down per step.</param>
    /// <returns>The field.</returns>
    /// <exception cref="ShapeException">The grid is empty.</exception>
    /// <exception cref="ConfigurationException">A displacement is not finite.</exception>
    public static MotionField Uniform(int height, int width, double columns, double rows)
    {
        var pixels = Math.Max(0, height) * Math.Max(0, width);
        var (right, down) = (new double[pixels], new double[pixels]);
        Array.Fill(right, columns);
        Array.Fill(down, rows);
        return new(height, width, right, down);
    }

    /// <summary>No motion.</summary>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <returns>The field.</returns>
    public static MotionField Zero(int height, int width) => Uniform(height, width, 0, 0);
}
