namespace Deep.Checkpoints;

/// <summary>What became of each name when a checkpoint was loaded.</summary>
/// <param name="Loaded">Our names that were filled.</param>
/// <param name="Missing">Our names that the checkpoint does not have.</param>
/// <param name="Unexpected">
/// Their names that no line of the map speaks of, or whose line leads to a name that the model lacks.
/// </param>
/// <param name="Dropped">Their names that the map knowingly leaves out.</param>
public sealed record LoadReport(
    IReadOnlyList<string> Loaded,
    IReadOnlyList<string> Missing,
    IReadOnlyList<string> Unexpected,
    IReadOnlyList<string> Dropped)
{
    /// <summary>Whether every tensor of the model was filled and every tensor of the file was known.</summary>
    public bool Complete => Missing.Count == 0 && Unexpected.Count == 0;

    /// <summary>The counts in one line, such as <c>412 loaded, 2 missing, 0 unexpected, 1 dropped</c>.</summary>
    /// <returns>The line.</returns>
    public override string ToString() =>
        $"{Loaded.Count} loaded, {Missing.Count} missing, {Unexpected.Count} unexpected, {Dropped.Count} dropped";
}
