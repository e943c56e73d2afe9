namespace Deep.Hub;

/// <summary>What the hub says about one file before any of it is downloaded.</summary>
/// <param name="Commit">The commit that the asked revision is.</param>
/// <param name="Hash">The content's hash, or null where this commit has no such file.</param>
/// <param name="Bytes">The content's size.</param>
internal sealed record RemoteFile(string Commit, BlobHash? Hash, long Bytes);
