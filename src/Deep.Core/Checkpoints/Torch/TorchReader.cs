using System.Globalization;
using System.Text;
using System.Text.Json;
using Deep.Checkpoints.Pickle;
using Deep.Checkpoints.Zip;
using static TorchSharp.torch;

namespace Deep.Checkpoints.Torch;

/// <summary>
/// Opens a PyTorch archive (1.6 or later): a zip of <c>data.pkl</c>, which describes the tensors, and <c>data/0 …</c>.
/// </summary>
/// <remarks>
/// Names are the keys on the way to a tensor, joined by dots. If the root holds no tensor itself, the first of
/// <see cref="Wrappers"/> (or what is asked for) that is a dictionary with tensors is taken as the whole, and the
/// root's numbers and strings become metadata, with the taken key under <c>section</c>; so the averaged weights go
/// before the raw ones, as in timm. A <c>module.</c> before every name (a model saved inside its data-parallel wrapper)
/// is left out. A root that is one tensor is called <c>tensor</c>.
/// </remarks>
internal static class TorchReader
{
    public const string MetadataEntry = "deep/metadata.json";

    private const string ParallelPrefix = "module.";
    private const int MaxMetadataBytes = 1 << 20;

    private static readonly string[] Wrappers =
    [
        "state_dict_ema", "model_ema", "ema_state_dict", "params_ema", "state_dict", "model_state_dict", "model",
        "params", "module", "net",
    ];

    public static StoredCheckpoint Open(
        CheckpointBytes source, AllocationBudget budget, ZipDirectory zip, string? section)
    {
        var pickle = zip.Entries.Values.Single(IsRootPickle);
        var root = pickle.Name[..^"data.pkl".Length];
        if (zip.Entries.ContainsKey($"{root}constants.pkl"))
        {
            throw source.Error(
                null, "is a TorchScript program, not a checkpoint of tensors; save its state_dict instead");
        }

        var dialect = new TorchDialect(source, budget, zip, root);
        var (bytes, offset) = zip.Open(pickle);
        var value = PickleMachine.Run(new PickleReader(bytes, offset, pickle.Size), dialect, budget);
        var metadata = ReadMetadata(source, zip, root, budget);
        var whole = section is null
            ? Unwrap(value, metadata, budget)
            : SectionOf(value, section, dialect, metadata, budget);
        var tensors = new TensorTree<TorchTensor>('.', dialect, budget).Find(whole, "tensor");
        var bigEndian = IsBigEndian(source, zip, root);
        var opened = new Dictionary<ZipEntry, CheckpointBytes>();
        var stored = Trim(tensors).Select(pair => Place(zip, opened, pair.Name, pair.Tensor, bigEndian)).ToList();
        return new StoredCheckpoint(source, stored, metadata, opened.Values);
    }

    public static bool IsRootPickle(ZipEntry entry) =>
        entry.Name == "data.pkl" || entry.Name.Split('/') is [_, "data.pkl"];

    private static object? Unwrap(object? root, Dictionary<string, string> metadata, AllocationBudget budget)
    {
        if (root is not PickleMap map || map.Items.Any(item => item.Value is TorchTensor))
        {
            return root;
        }

        foreach (var wrapper in Wrappers)
        {
            if (map.TryGet(wrapper, out var inner) && inner is PickleMap { Items: { } items }
                && items.Any(item => item.Value is TorchTensor))
            {
                metadata["section"] = wrapper;
                AddScalars(map, metadata, budget);
                return inner;
            }
        }

        AddScalars(map, metadata, budget);
        return root;
    }

    private static object SectionOf(
        object? root,
        string section,
        PickleDialect dialect,
        Dictionary<string, string> metadata,
        AllocationBudget budget)
    {
        if (root is not PickleMap map || !map.TryGet(section, out var inner))
        {
            throw dialect.Error($"has no section '{section}'");
        }

        metadata["section"] = section;
        AddScalars(map, metadata, budget);
        return inner;
    }

    private static void AddScalars(PickleMap map, Dictionary<string, string> metadata, AllocationBudget budget)
    {
        foreach (var (key, value) in map.Items)
        {
            var text = value switch
            {
                string words => words,
                bool flag => flag ? "True" : "False",
                long number => number.ToString(CultureInfo.InvariantCulture),
                double number => number.ToString("R", CultureInfo.InvariantCulture),
                _ => null,
            };
            if (text is not null && key is string name)
            {
                budget.ChargeObject(100);
                metadata.TryAdd(name, text);
            }
        }
    }

    private static IEnumerable<(string Name, TorchTensor Tensor)> Trim(List<(string Name, TorchTensor Tensor)> tensors)
    {
        var parallel = tensors.Count > 0
            && tensors.TrueForAll(pair => pair.Name.Length > ParallelPrefix.Length
                && pair.Name.StartsWith(ParallelPrefix, StringComparison.Ordinal));
        return parallel ? tensors.Select(pair => (pair.Name[ParallelPrefix.Length..], pair.Tensor)) : tensors;
    }

    private static StoredTensor Place(
        ZipDirectory zip,
        Dictionary<ZipEntry, CheckpointBytes> opened,
        string name,
        TorchTensor tensor,
        bool bigEndian)
    {
        var (storage, size) = (tensor.Storage, tensor.Storage.Type.Bytes);
        if (!opened.TryGetValue(storage.Entry, out var bytes))
        {
            opened.Add(storage.Entry, bytes = zip.Open(storage.Entry).Bytes);
        }

        var start = (storage.Entry.Deflated ? 0 : storage.Entry.Offset) + (tensor.Offset * size);
        var info = new TensorInfo(name, storage.Type.Type, tensor.Shape) { StoredType = $"torch.{storage.Type.Name}" };
        var contiguous = IsContiguous(tensor.Shape, tensor.Strides);
        var span = contiguous
            ? info.Elements
            : tensor.Shape.Zip(tensor.Strides, (length, step) => (length - 1) * step).Sum() + 1;
        return new StoredTensor(info, bytes, start, span * size)
        {
            Strides = contiguous ? null : tensor.Strides,
            BigEndian = bigEndian,
        };
    }

    private static bool IsContiguous(long[] shape, long[] strides)
    {
        if (shape.Contains(0))
        {
            return true;
        }

        var expected = 1L;
        for (var axis = shape.Length - 1; axis >= 0; axis--)
        {
            if (shape[axis] > 1 && strides[axis] != expected)
            {
                return false;
            }

            expected *= shape[axis];
        }

        return true;
    }

    private static bool IsBigEndian(CheckpointBytes source, ZipDirectory zip, string root)
    {
        if (!zip.Entries.TryGetValue($"{root}byteorder", out var entry))
        {
            return false;
        }

        return ReadText(source, zip, entry, 16).Trim() switch
        {
            "little" => false,
            "big" => true,
            _ => throw source.Error("byteorder", "is neither 'little' nor 'big'"),
        };
    }

    private static Dictionary<string, string> ReadMetadata(
        CheckpointBytes source, ZipDirectory zip, string root, AllocationBudget budget)
    {
        if (!zip.Entries.TryGetValue(root + MetadataEntry, out var entry))
        {
            return new Dictionary<string, string>(StringComparer.Ordinal);
        }

        var text = ReadText(source, zip, entry, MaxMetadataBytes);
        budget.ChargeText(4L * text.Length);
        try
        {
            return JsonSerializer.Deserialize(text, MetadataJson.Default.DictionaryStringString) is { } metadata
                && metadata.Values.All(value => value is not null)
                    ? new Dictionary<string, string>(metadata, StringComparer.Ordinal)
                    : throw source.Error(MetadataEntry, "is not an object of strings");
        }
        catch (JsonException error)
        {
            throw source.Error(MetadataEntry, $"is not valid JSON: {error.Message}", error);
        }
    }

    private static string ReadText(CheckpointBytes source, ZipDirectory zip, ZipEntry entry, int most)
    {
        if (entry.Size > most)
        {
            throw source.Error(entry.Name, $"has {entry.Size} bytes, more than the {most} that are allowed");
        }

        var (bytes, offset) = zip.Open(entry);
        return Encoding.UTF8.GetString(bytes.ReadArray(offset, (int)entry.Size));
    }
}
