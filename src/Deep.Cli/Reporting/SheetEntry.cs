using Deep.Media;
using Deep.NFNets;

namespace Deep.Cli.Reporting;

/// <summary>Makes a contact sheet's entries of classified pictures.</summary>
internal static class SheetEntry
{
    private const int LongestSide = 448;

    /// <summary>The entry of a picture, which is kept only as large as a sheet can show.</summary>
    public static ContactSheetEntry Of(Picture picture, string caption, IReadOnlyList<Prediction> predictions) => new(
        Shrink(picture),
        caption,
        [.. predictions.Select(guess => new ContactSheetBar(guess.Label, Math.Clamp(guess.Probability, 0, 1)))]);

    private static Picture Shrink(Picture picture)
    {
        var scale = (double)LongestSide / Math.Max(picture.Width, picture.Height);
        return scale >= 1 ? picture : picture.Resize(Side(picture.Width), Side(picture.Height), ResizeFilter.Bilinear);

        int Side(int side) => Math.Max(1, (int)(side * scale));
    }
}
