namespace Deep.Training.Plots;

/// <summary>Where a fitted law says the loss lies at one compute.</summary>
/// <param name="Compute">The compute, above 0.</param>
/// <param name="Lower">The lower end of the interval, above 0.</param>
/// <param name="Upper">The upper end of the interval.</param>
public sealed record ScalingInterval(double Compute, double Lower, double Upper);
