namespace Deep.Training.Plots;

/// <summary>A loss that a fitted law predicted, and what training then came to.</summary>
/// <param name="Compute">The run's compute, above 0.</param>
/// <param name="Predicted">The predicted loss.</param>
/// <param name="Lower">The lower end of the prediction's interval.</param>
/// <param name="Upper">The upper end of the prediction's interval.</param>
/// <param name="Measured">The loss of the run; null where it was not trained.</param>
public sealed record HeldOutPoint(double Compute, double Predicted, double Lower, double Upper, double? Measured);
