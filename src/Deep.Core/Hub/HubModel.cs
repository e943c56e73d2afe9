namespace Deep.Hub;

/// <summary>The files of one model in the cache, all of one commit.</summary>
/// <param name="Reference">The repository, with the commit that the files are of as its revision.</param>
/// <param name="Weights">Path of the weights: a <c>.safetensors</c> or <c>.bin</c> file, or an index of shards.</param>
/// <param name="Shards">Paths of the files with tensors: <paramref name="Weights"/> itself, or its shards.</param>
/// <param name="Config">Path of <c>config.json</c>, or null where the repository has none.</param>
public sealed record HubModel(HubReference Reference, string Weights, IReadOnlyList<string> Shards, string? Config);
