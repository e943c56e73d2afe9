using Deep.NFNets;

namespace Deep.Cli.Commands;

/// <summary>What <c>deep classify</c> says about one picture: predictions, or why there are none.</summary>
/// <param name="File">The path as it was found.</param>
/// <param name="Predictions">Most probable first; null where the picture could not be read.</param>
/// <param name="Error">Why it could not be read, or null.</param>
internal sealed record ClassifiedPicture(string File, IReadOnlyList<Prediction>? Predictions, string? Error);
