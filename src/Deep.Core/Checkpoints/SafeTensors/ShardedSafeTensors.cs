using System.Text.Json;
using static TorchSharp.torch;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>
/// A model split over several safetensors files by a <c>*.index.json</c> with a <c>weight_map</c> of name → file.
/// </summary>
internal sealed class ShardedSafeTensors : ICheckpoint
{
    private const int MaxIndexBytes = SafeTensorsReader.MaxHeaderBytes;

    private readonly Dictionary<string, StoredCheckpoint> shards = new(StringComparer.Ordinal);
    private readonly Dictionary<string, StoredCheckpoint> shardOf = new(StringComparer.Ordinal);
    private readonly OrderedDictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> metadata = new(StringComparer.Ordinal);

    private ShardedSafeTensors(string path) => Path = path;

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Metadata => metadata;

    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    /// <summary>Opens the index and every file it names; the files must lie in the index's own folder.</summary>
    public static ShardedSafeTensors Open(CheckpointBytes index, CheckpointLimits limits)
    {
        if (index.Length > MaxIndexBytes)
        {
            throw index.Error(null, $"has {index.Length} bytes, too many for an index of weights");
        }

        var opened = new ShardedSafeTensors(index.Name);
        try
        {
            foreach (var (name, file) in ReadWeightMap(index, limits, opened.metadata))
            {
                opened.Add(index, limits, name, file);
            }
        }
        catch
        {
            opened.Dispose();
            throw;
        }

        return opened;
    }

    public Tensor Read(string name) => Find(name).Read(name);

    public void ReadInto(string name, Tensor destination) => Find(name).ReadInto(name, destination);

    public void Dispose()
    {
        foreach (var shard in shards.Values)
        {
            shard.Dispose();
        }
    }

    private StoredCheckpoint Find(string name) => shardOf.TryGetValue(name, out var shard)
        ? shard
        : throw new CheckpointException(Path, name, $"is not in this index of {tensors.Count} tensors");

    private void Add(CheckpointBytes index, CheckpointLimits limits, string name, string file)
    {
        if (!shards.TryGetValue(file, out var shard))
        {
            var bytes = new MappedFile(Locate(index, name, file));
            try
            {
                shard = SafeTensorsReader.Open(bytes, limits);
            }
            catch
            {
                bytes.Dispose();
                throw;
            }

            shards.Add(file, shard);
            foreach (var (key, value) in shard.Metadata)
            {
                metadata.TryAdd(key, value);
            }
        }

        if (!shard.Tensors.TryGetValue(name, out var info))
        {
            throw index.Error(name, $"is not in {file}, where the index says it is");
        }

        shardOf.Add(name, shard);
        tensors.Add(name, info);
    }

    private static string Locate(CheckpointBytes index, string name, string file)
    {
        var plain = file.Length > 0 && file is not ("." or "..") && file.IndexOfAny(['/', '\\', ':', '\0']) < 0;
        if (!plain)
        {
            throw index.Error(
                name, $"is said to lie in '{file}', which is not the plain name of a file beside the index");
        }

        var folder = System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(index.Name))!;
        return System.IO.Path.Combine(folder, file);
    }

    private static Dictionary<string, string> ReadWeightMap(
        CheckpointBytes index, CheckpointLimits limits, Dictionary<string, string> metadata)
    {
        var budget = new AllocationBudget(index, limits);
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var found = false;
        try
        {
            var reader = new Utf8JsonReader(
                index.ReadArray(0, (int)index.Length), new JsonReaderOptions { MaxDepth = 16 });
            Require(index, reader.Read() && reader.TokenType == JsonTokenType.StartObject, "is not a JSON object");
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                if (reader.ValueTextEquals("weight_map"u8))
                {
                    Require(index, !found, "has the field 'weight_map' twice");
                    found = true;
                    ReadStrings(index, ref reader, budget, map);
                }
                else if (reader.ValueTextEquals("metadata"u8))
                {
                    ReadTotals(ref reader, budget, metadata);
                }
                else
                {
                    reader.Skip();
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException)
        {
            throw index.Error(null, $"is not valid JSON: {error.Message}", error);
        }

        Require(index, found, "has no 'weight_map'");
        return map;
    }

    private static void ReadStrings(
        CheckpointBytes index, ref Utf8JsonReader reader, AllocationBudget budget, Dictionary<string, string> map)
    {
        var isObject = reader.Read() && reader.TokenType == JsonTokenType.StartObject;
        Require(index, isObject, "has a weight_map that is not an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            budget.ChargeTensor(0);
            budget.ChargeText(reader.ValueSpan.Length);
            var name = reader.GetString()!;
            Require(index, reader.Read() && reader.TokenType == JsonTokenType.String, $"has no file name for '{name}'");
            budget.ChargeText(reader.ValueSpan.Length);
            Require(index, map.TryAdd(name, reader.GetString()!), $"has the tensor '{name}' twice");
        }
    }

    private static void ReadTotals(
        ref Utf8JsonReader reader, AllocationBudget budget, Dictionary<string, string> metadata)
    {
        if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            return;
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            budget.ChargeText(reader.ValueSpan.Length);
            var key = reader.GetString()!;
            reader.Read();
            if (reader.TokenType is JsonTokenType.String or JsonTokenType.Number)
            {
                budget.ChargeText(reader.ValueSpan.Length);
                metadata[key] = reader.TokenType == JsonTokenType.String
                    ? reader.GetString()!
                    : System.Text.Encoding.UTF8.GetString(reader.ValueSpan);
            }
            else
            {
                reader.Skip();
            }
        }
    }

    private static void Require(CheckpointBytes index, bool condition, string otherwise)
    {
        if (!condition)
        {
            throw index.Error(null, otherwise);
        }
    }
}
