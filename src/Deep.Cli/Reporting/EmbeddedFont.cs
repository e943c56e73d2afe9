using ScottPlot;
using SkiaSharp;

namespace Deep.Cli.Reporting;

/// <summary>The font of plots: part of the tool, so that text does not depend on what a machine has installed.</summary>
/// <remarks>The native build of Skia that servers use finds no system fonts; without this, plots have no text.</remarks>
internal sealed class EmbeddedFont : IFontResolver
{
    private const string Resource = "Deep.Cli.Roboto-Regular.ttf";
    private static readonly Lazy<SKTypeface> Typeface = new(Read);

    /// <summary>Uses the font for all text of a plot.</summary>
    public static void Use(Plot plot)
    {
        if (!Fonts.FontResolvers.OfType<EmbeddedFont>().Any())
        {
            Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        }

        plot.Font.Set(Typeface.Value.FamilyName);
    }

    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        Typeface.Value;

    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => Typeface.Value;

    private static SKTypeface Read()
    {
        using var stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
