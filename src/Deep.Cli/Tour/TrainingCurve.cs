using System.Globalization;
using System.Text;
using Deep.Cli.Training;
using static Deep.Cli.Tour.TourPage;

namespace Deep.Cli.Tour;

/// <summary>Draws how a model was trained as two small charts for the page, in the page's own colours.</summary>
internal static class TrainingCurve
{
    private const double Width = 480;
    private const double Height = 260;
    private const double Left = 44;
    private const double Right = 14;
    private const double Top = 12;
    private const double Bottom = 36;
    private const int Ticks = 5;

    /// <summary>Loss and accuracy over the epochs, side by side.</summary>
    /// <param name="history">The tests of the run, in order; two or more.</param>
    public static string Write(IReadOnlyList<EpochRecord> history)
    {
        double[] epochs = [.. history.Select(record => record.Epoch)];
        var html = new StringBuilder("<div class=\"columns\">\n");
        Append(
            html, "Loss", epochs, [.. history.Select(record => record.TrainLoss)], [.. history.Select(record => record.TestLoss)], "F2");
        Append(
            html, "Accuracy, %", epochs, [.. history.Select(record => 100 * record.TrainAccuracy)],
            [.. history.Select(record => 100 * record.TestAccuracy)], "F1");
        return html.Append("</div>\n").ToString();
    }

    private static void Append(
        StringBuilder html, string title, double[] epochs, double[] train, double[] test, string format)
    {
        var step = Step((train.Concat(test).Max() - train.Concat(test).Min()) / Ticks);
        var (low, high) = (Math.Floor(train.Concat(test).Min() / step) * step, Math.Ceiling(train.Concat(test).Max() / step) * step);
        html.Append(CultureInfo.InvariantCulture, $"""
            <figure class="curve">
            <figcaption>{Text(title)} <span class="key"><i class="test"></i>test {Number(test[^1], format)}
            <i class="train"></i>training {Number(train[^1], format)}</span></figcaption>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="{Text(title)} over {epochs[^1]:F0} epochs: {Number(test[0], format)} at the first test, {Number(test[^1], format)} at the last">

            """);
        for (var tick = low; tick <= high + (step / 2); tick += step)
        {
            var y = Vertical(tick);
            html.Append(CultureInfo.InvariantCulture, $"""
                <path class="grid" d="M{Left} {y:F1}H{Width - Right}"/><text x="{Left - 7}" y="{y + 4:F1}" text-anchor="end">{Number(tick, step < 1 ? "F1" : "F0")}</text>

                """);
        }

        var epochStep = Step(epochs[^1] / Ticks);
        for (var tick = 0.0; tick <= epochs[^1]; tick += epochStep)
        {
            html.Append(CultureInfo.InvariantCulture, $"""
                <text x="{Horizontal(tick):F1}" y="{Height - Bottom + 18}" text-anchor="middle">{Number(tick, "F0")}</text>

                """);
        }

        html.Append(CultureInfo.InvariantCulture, $"""
            <text x="{Width - Right}" y="{Height - 3}" text-anchor="end">epoch</text>
            <polyline class="train" points="{Points(train)}"/>
            <polyline class="test" points="{Points(test)}"/>
            </svg>
            </figure>

            """);

        double Horizontal(double epoch) => Left + ((Width - Left - Right) * epoch / epochs[^1]);

        double Vertical(double value) => Top + ((Height - Top - Bottom) * (high - value) / (high - low));

        string Points(double[] values) => string.Join(' ', values.Select((value, i) =>
            string.Create(CultureInfo.InvariantCulture, $"{Horizontal(epochs[i]):F1},{Vertical(value):F1}")));
    }

    // The least of 1, 2 and 5 times a power of ten that is no smaller.
    private static double Step(double least)
    {
        var power = Math.Pow(10, Math.Floor(Math.Log10(Math.Max(least, 1e-9))));
        return new[] { 1.0, 2, 5, 10 }.Select(factor => factor * power).First(step => step >= least * 0.999);
    }
}
