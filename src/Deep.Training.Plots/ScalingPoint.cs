namespace Deep.Training.Plots;

/// <summary>A finished run of a scaling law's grid.</summary>
/// <param name="Compute">The run's compute, above 0, in the unit of the x axis.</param>
/// <param name="Loss">The loss it came to, above 0.</param>
/// <param name="Series">The runs that are joined by a line: those of one width.</param>
public sealed record ScalingPoint(double Compute, double Loss, string Series);
