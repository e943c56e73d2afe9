namespace Deep.Cli.Training;

/// <summary>A run of a scaling grid.</summary>
/// <param name="Width">The factor on every width of the network.</param>
/// <param name="Epochs">Passes over the training pictures.</param>
internal sealed record ScalingCell(double Width, double Epochs);
