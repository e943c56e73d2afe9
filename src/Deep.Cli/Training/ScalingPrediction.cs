using System.Globalization;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The loss that the law of the other runs gives for a run before it is trained.</summary>
/// <param name="Cell">The run.</param>
/// <param name="Compute">Its multiply-adds.</param>
/// <param name="Loss">The predicted loss.</param>
/// <param name="Low">The lower end of the 95 % interval; null with fewer than three runs behind the law.</param>
/// <param name="High">Its upper end.</param>
internal sealed record ScalingPrediction(ScalingCell Cell, double Compute, double Loss, double? Low, double? High)
{
    /// <summary>The prediction of a law.</summary>
    public static ScalingPrediction Of(ScalingLaw law, ScalingCell cell, double compute)
    {
        var (low, high) = law.Loss.Interval(compute);
        return new(cell, compute, law.Loss.At(compute), Finite(low), Finite(high));
    }

    /// <summary>A sentence before the run.</summary>
    public string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"Held out: width x {Cell.Width}, {Cell.Epochs} epochs, {Compute:0.00E+0} multiply-adds. Predicted before it is trained: loss {Loss:F4}{Interval()}.");

    /// <summary>A sentence after the run.</summary>
    public string Compare(double loss) => string.Create(
        CultureInfo.InvariantCulture,
        $"Held out: predicted {Loss:F4}, found {loss:F4}; the prediction is off by {100 * ((Loss / loss) - 1):+0.0;-0.0} %, {(Low is null ? "no interval from two runs" : loss >= Low && loss <= High ? "inside its 95 % interval" : "outside its 95 % interval")}.");

    private string Interval() =>
        Low is null ? "" : string.Create(CultureInfo.InvariantCulture, $" (95 %: {Low:F4} to {High:F4})");

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}
