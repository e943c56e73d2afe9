namespace Deep.Media;

/// <summary>Draws pictures in a grid, each with a caption and horizontal bars of probabilities under it.</summary>
/// <remarks>
/// The typeface (Roboto, Apache-2.0) is part of the library, so that a sheet is the same on a machine without fonts. It
/// has the Latin, Greek and Cyrillic letters; others appear as boxes. Immutable, safe to share between threads.
/// </remarks>
public sealed record ContactSheet
{
    private const long MaxPixels = 100_000_000;

    /// <summary>Pictures in a row, 1 to 100. Default 5; fewer pictures make fewer columns.</summary>
    public int Columns { get; init; } = 5;

    /// <summary>Side in pixels of the square that each picture is fitted into, 32 to 2,048. Default 224.</summary>
    public int TileSize { get; init; } = 224;

    /// <summary>Most bars under a picture, 0 to 20. Default 3.</summary>
    public int Bars { get; init; } = 3;

    /// <summary>A line above all pictures; none if null.</summary>
    public string? Title { get; init; }

    /// <summary>
    /// What stands to the left of each row, for a sheet that is read row by row; none by default. The first line is bold,
    /// further ones are not; each is shortened where it does not fit. Where no picture has a caption, the rows then have no
    /// room for one.
    /// </summary>
    public IReadOnlyList<string> RowLabels { get; init; } = [];

    /// <summary>The sheet as a picture.</summary>
    /// <param name="entries">The pictures, row by row; at least one.</param>
    /// <exception cref="ConfigurationException">
    /// A setting is out of its range, there are labels but not one for each row, a bar's fraction is not within 0 to 1,
    /// there are no pictures, or so many that the sheet would exceed 100 million pixels.
    /// </exception>
    public Picture Draw(IReadOnlyList<ContactSheetEntry> entries)
    {
        ArgumentNullException.ThrowIfNull(entries);
        Validate(entries);
        var layout = new ContactSheetLayout(this, entries);
        var fits = (long)layout.Width * layout.Height <= MaxPixels;
        Require(fits, nameof(entries), $"few enough for a sheet of {MaxPixels} pixels", entries.Count);
        using var painter = new ContactSheetPainter(layout);
        if (Title is not null)
        {
            painter.Title(Title);
        }

        for (var row = 0; row < RowLabels.Count; row++)
        {
            painter.RowLabel(row, RowLabels[row]);
        }

        for (var i = 0; i < entries.Count; i++)
        {
            painter.Card(i, entries[i]);
        }

        return painter.Finish();
    }

    /// <summary>Writes the sheet as a PNG file, whole or not at all.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="entries">The pictures, row by row; at least one.</param>
    /// <exception cref="ConfigurationException">As for <see cref="Draw"/>.</exception>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public void Save(string path, IReadOnlyList<ContactSheetEntry> entries) => Draw(entries).Save(path);

    private void Validate(IReadOnlyList<ContactSheetEntry> entries)
    {
        Require(Columns is >= 1 and <= 100, nameof(Columns), "1 to 100", Columns);
        Require(TileSize is >= 32 and <= 2_048, nameof(TileSize), "32 to 2048", TileSize);
        Require(Bars is >= 0 and <= 20, nameof(Bars), "0 to 20", Bars);
        Require(entries.Count > 0, nameof(entries), "at least one picture", 0);
        var rows = (entries.Count + Columns - 1) / Columns;
        Require(
            RowLabels.Count == 0 || RowLabels.Count == rows, nameof(RowLabels), $"none, or one for each of {rows} rows",
            RowLabels.Count);
        foreach (var bar in entries.SelectMany(entry => entry.Bars.Take(Bars)))
        {
            Require(bar.Fraction is >= 0 and <= 1, "bar " + bar.Label, "a fraction of 0 to 1", bar.Fraction);
        }
    }

    private static void Require(bool holds, string name, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"ContactSheet.{name}", expected, found);
        }
    }
}
