namespace Deep.Training.Plots;

/// <summary>A row of a <see cref="SettingsFigure"/>.</summary>
/// <param name="Name">The setting, written beside the row.</param>
/// <param name="Values">A value for each run; what is not finite is left out.</param>
public sealed record SettingRow(string Name, IReadOnlyList<double> Values);
