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

    private readonly int _columns;
    private readonly int _top;
    private readonly int _cardHeight;

    public ContactSheetLayout(ContactSheet sheet, IReadOnlyList<ContactSheetEntry> entries)
    {
        Tile = sheet.TileSize;
        Bars = Math.Min(sheet.Bars, entries.Max(entry => entry.Bars.Count));
        _columns = Math.Min(sheet.Columns, entries.Count);
        _top = Margin + (sheet.Title is null ? 0 : TitleHeight);
        _cardHeight = (2 * Padding) + Tile + CaptionHeight + (Bars * (BarHeight + BarGap)) - (Bars > 0 ? BarGap : 0);
        var rows = (entries.Count + _columns - 1) / _columns;
        Width = (2 * Margin) + (_columns * (CardWidth + Gap)) - Gap;
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
        Margin + (index % _columns * (CardWidth + Gap)),
        _top + (index / _columns * (_cardHeight + Gap)),
        CardWidth,
        _cardHeight);

    /// <summary>The square that a card's picture is fitted into.</summary>
    public SKRect Picture(SKRect card) => SKRect.Create(card.Left + Padding, card.Top + Padding, Tile, Tile);

    /// <summary>The line below a card's picture.</summary>
    public SKRect Caption(SKRect card) =>
        SKRect.Create(card.Left + Padding, card.Top + Padding + Tile, Tile, CaptionHeight);

    /// <summary>The full length of one of a card's bars.</summary>
    public SKRect Bar(SKRect card, int bar) => SKRect.Create(
        card.Left + Padding, card.Top + Padding + Tile + CaptionHeight + (bar * (BarHeight + BarGap)), Tile, BarHeight);
}
