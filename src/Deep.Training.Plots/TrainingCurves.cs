using ScottPlot;

namespace Deep.Training.Plots;

/// <summary>Draws a training run: loss, accuracy, learning rate and gradient norm over the epochs, each in a panel.</summary>
public static class TrainingCurves
{
    private const int PanelWidth = 620;
    private const int PanelHeight = 400;

    /// <summary>Draws the curves of a run.</summary>
    /// <param name="reports">
    /// The run's reports in order, such as <see cref="TrainingResult.Reports"/> or <see cref="JsonLinesLog.Read"/>, one
    /// or more. What is not finite is left out; a panel of which nothing is left is not drawn, but for the loss.
    /// </param>
    /// <returns>The bytes of a PNG file; the same for the same reports.</returns>
    /// <exception cref="ConfigurationException">There is no report.</exception>
    public static byte[] Draw(IReadOnlyList<TrainingProgress> reports)
    {
        ArgumentNullException.ThrowIfNull(reports);
        if (reports.Count == 0)
        {
            throw new ConfigurationException(nameof(reports), "one report or more", "an empty list");
        }

        var panels = new List<Plot> { Panel("loss", (report => report.Loss, "training"), (report => report.Evaluation?.Loss, "test"))! };
        Add(Panel("accuracy, %", (report => 100 * report.Accuracy, "training"), (report => 100 * report.Evaluation?.Accuracy, "test")));
        Add(Panel("learning rate", (report => report.LearningRate, null)));
        Add(Panel("gradient norm", (report => report.GradientNorm, null)));

        var picture = PlotStyle.Png(panels, panels.Count == 4 ? 2 : panels.Count, PanelWidth, PanelHeight);
        panels.ForEach(panel => panel.Dispose());
        return picture;

        void Add(Plot? panel)
        {
            if (panel is not null)
            {
                panels.Add(panel);
            }
        }

        Plot? Panel(string label, params (Func<TrainingProgress, double?> Value, string? Name)[] curves) =>
            TrainingCurves.Panel(reports, label, isNeeded: label == "loss", curves);
    }

    private static Plot? Panel(
        IReadOnlyList<TrainingProgress> reports, string label, bool isNeeded, (Func<TrainingProgress, double?> Value, string? Name)[] curves)
    {
        var plot = new Plot();
        var drawn = 0;
        for (var i = 0; i < curves.Length; i++)
        {
            var points = reports.Select(report => (X: report.Epoch, Y: curves[i].Value(report) ?? double.NaN))
                .Where(point => double.IsFinite(point.Y) && double.IsFinite(point.X)).ToArray();
            if (points.Length == 0)
            {
                continue;
            }

            drawn++;
            var curve = PlotStyle.AddLine(plot, points, i, curves[i].Name ?? "");
            curve.MarkerSize = points.Length <= 60 ? 5 : 0;
        }

        if (drawn == 0 && !isNeeded)
        {
            plot.Dispose();
            return null;
        }

        PlotStyle.Apply(plot, null, "epoch", label);
        if (drawn > 0 && curves.Length > 1)
        {
            PlotStyle.LegendAbove(plot);
        }

        return plot;
    }
}
