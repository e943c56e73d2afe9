using ScottPlot;
using SkiaSharp;

namespace Deep.Training.Plots;

/// <summary>The font of figures: part of the package, so that text does not depend on what a machine has installed.</summary>
/// <remarks>The native build of Skia that servers use finds no system fonts; without this, figures have no text.</remarks>
internal sealed class PlotFont : IFontResolver
{
    // A name that no installed font has, so that no other resolver answers for it and this one answers for no other.
    private const string Name = "Deep.Training.Plots Roboto";
    private const string Resource = "Deep.Training.Plots.Roboto-Regular.ttf";
    private static readonly Lazy<SKTypeface> Typeface = new(Register);

    /// <summary>Uses the font for all text of a figure.</summary>
    public static void Use(Plot plot)
    {
        _ = Typeface.Value;
        plot.Font.Set(Name);
    }

    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        fontName == Name ? Typeface.Value : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Typeface.Value : null;

    private static SKTypeface Register()
    {
        using var stream = typeof(PlotFont).Assembly.GetManifestResourceStream(Resource)!;
        using var data = SKData.Create(stream);
        var typeface = SKTypeface.FromData(data);
        Fonts.FontResolvers.Insert(0, new PlotFont());
        return typeface;
    }
}
