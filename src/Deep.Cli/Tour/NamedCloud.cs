using Deep.Perceivers;

namespace Deep.Cli.Tour;

/// <summary>A cloud with the name of its shape and what the model says, most probable first.</summary>
internal sealed record NamedCloud(string Name, PointCloud Cloud, IReadOnlyList<Prediction> Top);
