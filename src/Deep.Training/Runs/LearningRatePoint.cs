namespace Deep.Training;

/// <summary>One step of a <see cref="LearningRateFinder"/>.</summary>
/// <param name="LearningRate">The rate of the step.</param>
/// <param name="Loss">The loss before the step.</param>
/// <param name="Smoothed">The running mean of the loss, corrected for its start.</param>
public readonly record struct LearningRatePoint(double LearningRate, double Loss, double Smoothed);
