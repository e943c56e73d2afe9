using System.Text.Json;

namespace Deep.Hub;

/// <summary>Chooses a model's files: weights in the safest form there is, their shards, the configuration.</summary>
internal sealed class ModelFiles
{
    /// <summary>Indexes and configurations are text for people; one of this size is an attack.</summary>
    internal const long LargestText = 32 << 20;

    private const int MostShards = 10_000;
    private const string ConfigName = "config.json";

    private static readonly string[] WeightNames =
        ["model.safetensors", "model.safetensors.index.json", "pytorch_model.bin", "pytorch_model.bin.index.json"];

    private readonly Func<HubReference, string, long, Task<FetchedFile>> _fetch;

    /// <param name="fetch">Brings a file of at most so many bytes into the cache.</param>
    internal ModelFiles(Func<HubReference, string, long, Task<FetchedFile>> fetch) => _fetch = fetch;

    /// <summary>The model as far as the cache holds it, or null where a file of the weights is missing.</summary>
    /// <param name="pinned">The repository at a commit.</param>
    /// <param name="find">Finds a file in the cache.</param>
    internal static HubModel? FindLocal(HubReference pinned, Func<HubReference, string, string?> find)
    {
        foreach (string name in WeightNames)
        {
            if (find(pinned, name) is not { } weights)
            {
                continue;
            }

            string?[] shards = IsIndex(name)
                ? [.. ReadShardNames(weights).Select(shard => find(pinned, shard))]
                : [weights];
            if (!shards.Contains(null))
            {
                return new HubModel(pinned, weights, shards!, find(pinned, ConfigName));
            }
        }

        return null;
    }

    /// <summary>The model, fetched.</summary>
    /// <param name="reference">The repository and revision.</param>
    /// <param name="known">The weights' file name where the cache has decided it, or null to look for the best.</param>
    internal async Task<HubModel> ResolveAsync(HubReference reference, string? known)
    {
        foreach (string name in known is null ? WeightNames : [known])
        {
            long limit = IsIndex(name) ? LargestText : long.MaxValue;
            if (await TryFetchAsync(reference, name, limit).ConfigureAwait(false) is not { } file)
            {
                continue;
            }

            // From here on the commit counts, not the branch, which may move while shards are coming in.
            HubReference pinned = reference with { Revision = file.Commit };
            if (file.Path is not { } weights)
            {
                reference = pinned;
                continue;
            }

            string[] shards = IsIndex(name) ? await FetchShardsAsync(pinned, weights).ConfigureAwait(false) : [weights];
            return new HubModel(pinned, weights, shards, await FetchConfigAsync(pinned).ConfigureAwait(false));
        }

        throw new HubException(
            HubFailure.NotFound,
            $"{reference} does not exist or has no weights: looked for {string.Join(", ", WeightNames)}.",
            404);
    }

    // Many models need no configuration, so one that a switched-off network keeps away is no error yet.
    private async Task<string?> FetchConfigAsync(HubReference pinned)
    {
        try
        {
            return (await TryFetchAsync(pinned, ConfigName, LargestText).ConfigureAwait(false))?.Path;
        }
        catch (HubException error) when (error.Failure == HubFailure.Offline)
        {
            return null;
        }
    }

    private async Task<string[]> FetchShardsAsync(HubReference pinned, string index)
    {
        var shards = new List<string>();
        foreach (string shard in ReadShardNames(index))
        {
            FetchedFile file = await _fetch(pinned, shard, long.MaxValue).ConfigureAwait(false);
            shards.Add(file.Path ?? throw new HubException(
                HubFailure.NotFound, $"{pinned} lacks {shard}, which its index names: its owner must add it.", 404));
        }

        return [.. shards];
    }

    // A mirror may answer 404 without saying what is missing; then the next name decides.
    private async Task<FetchedFile?> TryFetchAsync(HubReference reference, string name, long limit)
    {
        try
        {
            return await _fetch(reference, name, limit).ConfigureAwait(false);
        }
        catch (HubException error) when (error.Failure == HubFailure.NotFound && error.IsAboutFile)
        {
            return null;
        }
    }

    private static bool IsIndex(string name) => name.EndsWith(".index.json", StringComparison.Ordinal);

    private static string[] ReadShardNames(string index)
    {
        try
        {
            using FileStream stream = File.OpenRead(index);
            if (stream.Length > LargestText)
            {
                throw Damaged("it is too large for an index");
            }

            using JsonDocument document = JsonDocument.Parse(stream);
            string[] names =
            [
                .. document.RootElement.GetProperty("weight_map").EnumerateObject()
                    .Select(entry => HubNames.RequireFile(entry.Value.GetString() ?? ""))
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ];
            return names.Length is > 0 and <= MostShards ? names : throw Damaged($"it names {names.Length} files");
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw Damaged("it has no weight_map from tensors to files", error);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw Damaged("it cannot be read", error);
        }

        HubException Damaged(string reason, Exception? error = null) => new(
            HubFailure.Damaged,
            $"{index} is not an index of weight shards ({reason}): delete it to fetch it again.",
            null,
            error);
    }
}
