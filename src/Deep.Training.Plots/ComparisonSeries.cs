namespace Deep.Training.Plots;

/// <summary>A named line of a <see cref="ComparisonFigure"/>.</summary>
/// <param name="Name">What the legend says.</param>
/// <param name="Points">Its points in any order.</param>
public sealed record ComparisonSeries(string Name, IReadOnlyList<ComparisonPoint> Points);
