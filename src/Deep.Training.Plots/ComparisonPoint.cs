namespace Deep.Training.Plots;

/// <summary>What runs that differ in nothing but their seed came to at one place of the x axis.</summary>
/// <param name="X">The place: the batch size, the learning rate.</param>
/// <param name="Values">A value for each run, one or more; what is not finite is left out.</param>
public sealed record ComparisonPoint(double X, IReadOnlyList<double> Values);
