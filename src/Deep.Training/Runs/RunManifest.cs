namespace Deep.Training;

/// <summary>What belongs to a checkpoint, written last: a checkpoint without it is none.</summary>
/// <param name="Format"><see cref="CurrentFormat"/>.</param>
/// <param name="Step">The number of steps taken.</param>
/// <param name="Evaluation">The evaluation after that step; null where it was not evaluated.</param>
/// <param name="Files">Length and SHA-256 of each file, by its name.</param>
internal sealed record RunManifest(
    string Format, long Step, Evaluation? Evaluation, IReadOnlyDictionary<string, RunManifest.Entry> Files)
{
    public const string CurrentFormat = "deep-run/1";

    public const string FileName = "manifest.json";

    /// <param name="Bytes">The file's length.</param>
    /// <param name="Sha256">In lower-case hexadecimal digits.</param>
    internal sealed record Entry(long Bytes, string Sha256);
}
