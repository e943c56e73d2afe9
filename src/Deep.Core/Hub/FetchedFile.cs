namespace Deep.Hub;

/// <summary>A file that was asked for, and the commit that answered.</summary>
/// <param name="Commit">The commit that the asked revision is.</param>
/// <param name="Path">The file in the cache, or null where this commit has no such file.</param>
internal sealed record FetchedFile(string Commit, string? Path);
