namespace Deep.Training;

/// <summary>The loss over growing learning rates, and what it suggests.</summary>
/// <param name="Points">The steps in order; the sweep ends early where the loss diverges.</param>
/// <param name="Steepest">
/// The rate at which the smoothed loss falls fastest over the logarithm of the rate: a rate to start from.
/// </param>
/// <param name="LargestStable">
/// The rate at which the smoothed loss is lowest; above it, the loss rises. Where clipping bounds every step, the loss
/// may fall to the end of the sweep, which this then is: it says little.
/// </param>
public sealed record LearningRateCurve(
    IReadOnlyList<LearningRatePoint> Points, double Steepest, double LargestStable);
