using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Draws maps of rain: coloured cells, hatched where nothing was observed, a legend and a scale bar.</summary>
/// <remarks>Safe for concurrent use.</remarks>
public static class RadarMap
{
    private const int MaxPanels = 64;

    /// <summary>A map of one field.</summary>
    /// <param name="field">Rain.</param>
    /// <param name="title">The line above; null: the time.</param>
    /// <param name="width">About the width of the map in pixels, 64 to 4096: cells become whole pixels.</param>
    public static Picture Draw(RadarField field, string? title = null, int width = 640) =>
        Draw([MapPanel.Of(field, title)], width: width);

    /// <summary>Several maps in a row with one legend, such as what was observed beside what was forecast.</summary>
    /// <param name="panels">1 to 64 maps of one size.</param>
    /// <param name="palette">The colours; null: of rain rates.</param>
    /// <param name="width">About the width of each map in pixels, 64 to 4096: cells become whole pixels.</param>
    /// <param name="columns">Maps in a row; null: all.</param>
    /// <returns>RGB; write it with <see cref="Picture.Save"/> or <see cref="Picture.EncodePng"/>.</returns>
    /// <exception cref="ShapeException">The maps are of several sizes.</exception>
    /// <exception cref="MediaException">SkiaSharp's native library is missing, or the picture is too large.</exception>
    public static Picture Draw(
        IReadOnlyList<MapPanel> panels, RainPalette? palette = null, int width = 480, int? columns = null)
    {
        ArgumentNullException.ThrowIfNull(panels);
        palette ??= RainPalette.RainRate;
        palette.Validate();
        Require.That(panels.Count is >= 1 and <= MaxPanels, nameof(panels), $"1 to {MaxPanels}", panels.Count);
        Require.That(width is >= 64 and <= 4096, nameof(width), "64 to 4096", width);
        Require.That(columns is null or >= 1, nameof(columns), "at least 1", columns);
        var first = panels[0].Grid;
        if (panels.FirstOrDefault(panel => panel.Grid.Height != first.Height || panel.Grid.Width != first.Width
            || panel.Values.Length != (long)first.Height * first.Width) is { } other)
        {
            throw new ShapeException(
                $"The map \"{other.Title}\" has {other.Values.Length} values on {other.Grid.Height} x {other.Grid.Width} cells; "
                + $"all are of {first.Height} x {first.Width}.");
        }

        var painter = new MapPainter(first, palette, panels.Count, width, columns ?? panels.Count);
        for (var i = 0; i < panels.Count; i++)
        {
            painter.Panel(i, panels[i]);
        }

        painter.Legend();
        return painter.Finish();
    }
}
