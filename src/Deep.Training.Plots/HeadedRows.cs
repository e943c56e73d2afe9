using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>Rows of panels, each row below a heading of its own: the plots are heading, panels, heading, panels, ….</summary>
/// <param name="columns">The panels of a row.</param>
/// <param name="headingHeight">The height of a heading, in pixels.</param>
internal sealed class HeadedRows(int columns, float headingHeight) : IMultiplotLayout
{
    public PixelRect[] GetSubplotRectangles(SubplotCollection subplots, PixelRect figureRect)
    {
        var rows = subplots.Count / (columns + 1);
        var height = figureRect.Height / rows;
        var width = figureRect.Width / columns;
        var places = new PixelRect[subplots.Count];
        for (var i = 0; i < places.Length; i++)
        {
            var (top, place) = (figureRect.Top + (i / (columns + 1) * height), i % (columns + 1));
            places[i] = place == 0
                ? new PixelRect(figureRect.Left, figureRect.Right, top + headingHeight, top)
                : new PixelRect(figureRect.Left + ((place - 1) * width), figureRect.Left + (place * width), top + height, top + headingHeight);
        }

        return places;
    }
}
