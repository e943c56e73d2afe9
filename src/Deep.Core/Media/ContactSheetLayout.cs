using SkiaSharp;

namespace Deep.Media;

/// <summary>Where everything stands on a <see cref="ContactSheet"/>, in pixels.</summary>
internal sealed class ContactSheetLayout
{
    public const int Margin = 24;
    public const int Gap = 16;
    public const int Padding = 10;
    public const int TitleHeight = 44;
    public const int CaptionHeight = 30;
    public const int BarHeight = 20;
    public const int BarGap = 4;
    public const int RowLabelWidth = 168;
    public const int RowLabelLine = 20;

    private readonly int _columns;
    private readonly int _left;
    private readonly int _top;
    private readonly int _captionHeight;
    private readonly int _cardHeight;

    public ContactSheetLayout(ContactSheet sheet, IReadOnlyList<ContactSheetEntry> entries)
    {
        Tile = sheet.TileSize;
        Bars = Math.Min(sheet.Bars, entries.Max(entry => entry.Bars.Count));
        _columns = Math.Min(sheet.Columns, entries.Count);
        _top = Margin + (sheet.Title is null ? 0 : TitleHeight);
        _left = Margin + (sheet.RowLabels.Count > 0 ? RowLabelWidth : 0);
        _captionHeight = sheet.RowLabels.Count > 0 && entries.All(entry => entry.Caption.Length == 0) ? 0 : CaptionHeight;
        _cardHeight = (2 * Padding) + Tile + _captionHeight + (Bars * (BarHeight + BarGap)) - (Bars > 0 ? BarGap : 0);
        var rows = (entries.Count + _columns - 1) / _columns;
        Width = _left + Margin + (_columns * (CardWidth + Gap)) - Gap;
        Height = (int)Math.Min(_top + Margin + ((long)rows * (_cardHeight + Gap)) - Gap, int.MaxValue);
    }

    public int Width { get; }

    public int Height { get; }

    public int Tile { get; }

    public int Bars { get; }

    private int CardWidth => Tile + (2 * Padding);

    /// <summary>The line above all cards, where there is one.</summary>
    public SKRect Title => SKRect.Create(Margin, Margin - 8, Width - (2 * Margin), TitleHeight);

    /// <summary>The card of a picture: everything that belongs to it.</summary>
    public SKRect Card(int index) => SKRect.Create(
        _left + (index % _columns * (CardWidth + Gap)),
        _top + (index / _columns * (_cardHeight + Gap)),
        CardWidth,
        _cardHeight);

    /// <summary>The square that a card's picture is fitted into.</summary>
    public SKRect Picture(SKRect card) => SKRect.Create(card.Left + Padding, card.Top + Padding, Tile, Tile);

    /// <summary>The line below a card's picture.</summary>
    public SKRect Caption(SKRect card) =>
        SKRect.Create(card.Left + Padding, card.Top + Padding + Tile, Tile, _captionHeight);

    /// <summary>A line of a row's label; all lines together are centred beside the row's pictures.</summary>
    public SKRect RowLabel(int row, int line, int lines)
    {
        var picture = Picture(Card(row * _columns));
        var top = picture.MidY - (lines * RowLabelLine / 2f) + (line * RowLabelLine);
        return SKRect.Create(Margin, top, RowLabelWidth - Gap, RowLabelLine);
    }

    /// <summary>The full length of one of a card's bars.</summary>
    public SKRect Bar(SKRect card, int bar) => SKRect.Create(
        card.Left + Padding, card.Top + Padding + Tile + _captionHeight + (bar * (BarHeight + BarGap)), Tile, BarHeight);
}
