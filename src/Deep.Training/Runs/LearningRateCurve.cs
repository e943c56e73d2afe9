namespace Deep.Training;

/// <summary>The loss over growing learning rates, and what it suggests.</summary>
/// <param name="Points">The steps in order; the sweep ends early where the loss diverges.</param>
/// <param name="Steepest">
/// The rate at which the smoothed loss falls fastest over the logarithm of the rate: a rate to start from.
/// </param>
/// <param name="LargestStable">The rate at which the smoothed loss is lowest; above it, the loss rises.</param>
public sealed record LearningRateCurve(
    IReadOnlyList<LearningRatePoint> Points, double Steepest, double LargestStable);
