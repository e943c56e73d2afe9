using System.Globalization;
using Deep.Training;
using Deep.Training.Plots;

namespace Deep.Cli.Training;

/// <summary>The log-log plot of a scaling grid.</summary>
internal static class ScalingFigure
{
    private const int BandPoints = 60;

    /// <summary>The runs by width, the law of the frontier with its interval, and the run that was predicted.</summary>
    /// <param name="records">All runs.</param>
    /// <param name="law">The law.</param>
    /// <param name="prediction">The run that was held out; null for none.</param>
    /// <returns>The bytes of a PNG file.</returns>
    public static byte[] Draw(IReadOnlyList<ScalingRecord> records, ScalingLaw law, ScalingPrediction? prediction)
    {
        var (first, last) = (records.Min(record => record.Compute), records.Max(record => record.Compute) * 10);
        var heldOut = prediction is null ? null : records.FirstOrDefault(record => record.Cell == prediction.Cell);
        return new ScalingLawPlot
        {
            Title = "Loss falls as a power of compute on the frontier of width and length",
            XLabel = "training compute, multiply-adds (logarithmic)",
            YLabel = "test loss (logarithmic)",
            Intercept = law.Loss.Intercept,
            Exponent = law.Loss.Exponent,
            Points =
            [
                .. records.Where(record => record != heldOut).OrderBy(record => record.Cell.Width).Select(record => new ScalingPoint(
                    record.Compute, record.TestLoss, string.Create(CultureInfo.InvariantCulture, $"width x {record.Cell.Width}"))),
            ],
            Band = law.Loss.Points > 2 ? [.. Enumerable.Range(0, BandPoints).Select(i => Interval(i / (BandPoints - 1.0)))] : [],
            BandName = "95 % interval of one run",
            HeldOut = prediction is null || heldOut is null ? null : new HeldOutPoint(
                prediction.Compute, prediction.Loss, prediction.Low ?? prediction.Loss, prediction.High ?? prediction.Loss, heldOut.TestLoss),
        }.Draw();

        ScalingInterval Interval(double share)
        {
            var compute = first * Math.Pow(last / first, share);
            var (low, high) = law.Loss.Interval(compute);
            return new ScalingInterval(compute, low, high);
        }
    }
}
