using Deep.Cli.Reporting;
using ScottPlot;

namespace Deep.Cli.Training;

/// <summary>Draws loss and accuracy over the epochs of a training run.</summary>
internal static class CurvesPlot
{
    private const int Width = 1100;
    private const int Height = 420;

    /// <summary>Draws the curves side by side.</summary>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<EpochRecord> history)
    {
        double[] epochs = [.. history.Select(record => record.Epoch)];
        var multiplot = new Multiplot();
        multiplot.AddPlots(2);
        multiplot.Layout = new ScottPlot.MultiplotLayouts.Columns();

        var loss = multiplot.GetPlot(0);
        loss.Title("Loss");
        AddCurve(loss, epochs, [.. history.Select(record => record.TrainLoss)], "training (augmented)");
        AddCurve(loss, epochs, [.. history.Select(record => record.TestLoss)], "test");

        var accuracy = multiplot.GetPlot(1);
        accuracy.Title("Accuracy, %");
        AddCurve(accuracy, epochs, [.. history.Select(record => 100 * record.TrainAccuracy)], "training (augmented)");
        AddCurve(accuracy, epochs, [.. history.Select(record => 100 * record.TestAccuracy)], "test");
        loss.ShowLegend(Alignment.UpperRight);
        accuracy.ShowLegend(Alignment.LowerRight);
        EmbeddedFont.Use(loss);
        EmbeddedFont.Use(accuracy);
        return multiplot.Render(Width, Height).GetImageBytes(ImageFormat.Png);
    }

    private static void AddCurve(Plot plot, double[] epochs, double[] values, string label)
    {
        var curve = plot.Add.Scatter(epochs, values);
        curve.LegendText = label;
        curve.LineWidth = 2;
        curve.MarkerSize = 4;
        plot.XLabel("epoch");
    }
}
