using Deep.Checkpoints.Pickle;
using Deep.Checkpoints.Zip;
using static Deep.Checkpoints.Pickle.PickleOpcode;

namespace Deep.Checkpoints.Torch;

/// <summary>
/// What the pickle of a PyTorch archive may contain: the list of PyTorch's own <c>weights_only</c> reader, and no more.
/// </summary>
internal sealed class TorchDialect(CheckpointBytes source, AllocationBudget budget, ZipDirectory zip, string root)
    : PickleDialect(source, budget)
{
    private const int MaxRank = 64;

    private static readonly HashSet<PickleOpcode> Allowed =
    [
        Proto, Stop, Mark, Global, Reduce, PickleOpcode.Build, NewObj, BinPersId, EmptyDict, EmptyList, EmptyTuple,
        EmptySet, Append, Appends, SetItem, SetItems, PickleOpcode.Tuple, Tuple1, Tuple2, Tuple3, None, NewTrue,
        NewFalse, BinInt, BinInt1, BinInt2, Long1, BinFloat, BinUnicode, ShortBinString, BinGet, LongBinGet, BinPut,
        LongBinPut,
    ];

    private static readonly HashSet<string> Callables =
    [
        "collections.OrderedDict", "collections.Counter", "torch._utils._rebuild_tensor_v2",
        "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state", "torch.nn.parameter.Parameter",
        "torch.Size", "torch.device", "_codecs.encode",
    ];

    private readonly Dictionary<string, TorchStorage> storages = new(StringComparer.Ordinal);

    public override IReadOnlySet<PickleOpcode> Opcodes => Allowed;

    public override object Resolve(PickleGlobal global)
    {
        if (Callables.Contains(global.ToString()))
        {
            return global;
        }

        if (global is { Module: "torch.storage", Name: "UntypedStorage" or "TypedStorage" })
        {
            return new TorchStorageClass(null);
        }

        if (global.Module == "torch" && TorchType.FindByStorage(global.Name) is { } stored)
        {
            return new TorchStorageClass(stored);
        }

        return global.Module == "torch" && TorchType.FindByName(global.Name) is { } type ? type : throw Refuse(global);
    }

    public override object? Call(object? callable, PickleTuple arguments) => NameOf(callable) switch
    {
        "collections.OrderedDict" => MakeMap(callable, arguments, ordered: true),
        "collections.Counter" => MakeMap(callable, arguments, ordered: false),
        "torch._utils._rebuild_tensor_v2" => RebuildTensor(callable, arguments),
        "torch._utils._rebuild_parameter" when arguments.Items is [TorchTensor tensor, bool, _] => Parameter(tensor),
        "torch._utils._rebuild_parameter_with_state" when arguments.Items is [TorchTensor tensor, bool, _, _] =>
            Parameter(tensor),
        "torch.nn.parameter.Parameter" when arguments.Items is [TorchTensor tensor] => Parameter(tensor),
        "torch.nn.parameter.Parameter" when arguments.Items is [TorchTensor tensor, bool] => Parameter(tensor),
        "torch.Size" when arguments.Items is [PickleTuple sizes] => sizes,
        "torch.device" when arguments.Items is [string device] => device,
        "torch.device" when arguments.Items is [string device, long] => device,
        "_codecs.encode" => Encode(callable, arguments),
        _ => throw Misuse(callable),
    };

    public override object? Create(object? type, PickleTuple arguments) => NameOf(type) switch
    {
        "collections.OrderedDict" or "collections.Counter" or "torch.nn.parameter.Parameter" or "torch.Size" =>
            Call(type, arguments),
        _ => throw Misuse(type),
    };

    public override object? Build(object? target, object? state)
    {
        // The attributes of a state dict are the versions of its modules; those of a parameter are somebody's own.
        // Neither is a weight.
        var allowed = target is PickleMap { Ordered: true } or TorchTensor { IsParameter: true };
        return allowed && state is PickleMap or PickleTuple
            ? target
            : throw Error($"gives attributes to {Describe(target)}, which is not allowed");
    }

    public override object Load(object? persistentId)
    {
        var items = (persistentId as PickleTuple)?.Items;
        if (items is not ["storage", TorchStorageClass kind, string key, string, long elements])
        {
            throw Error("refers to a storage in a way that is not allowed");
        }

        var type = kind.Type ?? throw Error($"refers to the storage '{key}' without an element type");
        if (!zip.Entries.TryGetValue($"{root}data/{key}", out var entry))
        {
            throw Error($"refers to the storage '{key}', which is not in the archive");
        }

        if (elements < 0 || (Int128)elements * type.Bytes != entry.Size)
        {
            throw Error(
                $"declares {elements} elements of {type.Name} for the storage '{key}', which has {entry.Size} bytes");
        }

        if (!storages.TryGetValue(key, out var storage))
        {
            Budget.ChargeObject(100);
            storages.Add(key, storage = new TorchStorage(type, elements, entry));
        }

        return storage.Type == type
            ? storage
            : throw Error($"reads the storage '{key}' as {type.Name} and as {storage.Type.Name}");
    }

    private static string? NameOf(object? callable) => (callable as PickleGlobal)?.ToString();

    private static TorchTensor Parameter(TorchTensor tensor) => tensor with { IsParameter = true };

    private TorchTensor RebuildTensor(object? callable, PickleTuple arguments)
    {
        // (storage, offset, size, stride, requires_grad, backward_hooks[, metadata]); the hooks are always an empty
        // OrderedDict.
        if (arguments.Items is not [TorchStorage storage, long offset, PickleTuple size, PickleTuple stride, bool, ..]
            || arguments.Items.Length is < 6 or > 7 || arguments.Items[5] is not (PickleMap or null))
        {
            throw Misuse(callable);
        }

        var shape = Numbers(size);
        var strides = Numbers(stride);
        Budget.ChargeTensor(2 * shape.Length);
        RequireInside(storage, offset, shape, strides);
        return new TorchTensor(storage, offset, shape, strides);
    }

    private long[] Numbers(PickleTuple tuple)
    {
        if (tuple.Items.Length > MaxRank || !tuple.Items.All(item => item is long and >= 0))
        {
            throw Error("has a tensor whose sizes and strides are not a few whole numbers");
        }

        return [.. tuple.Items.Select(item => (long)item!)];
    }

    private void RequireInside(TorchStorage storage, long offset, long[] shape, long[] strides)
    {
        if (shape.Length != strides.Length)
        {
            throw Error($"has a tensor of {shape.Length} sizes and {strides.Length} strides");
        }

        var elements = (Int128)1;
        var last = (Int128)offset;
        var overflow = false;
        for (var axis = 0; axis < shape.Length; axis++)
        {
            elements *= shape[axis];
            last += shape[axis] == 0 ? 0 : (Int128)(shape[axis] - 1) * strides[axis];
            overflow |= elements > long.MaxValue / 16 || last > long.MaxValue;
            (elements, last) = overflow ? (0, 0) : (elements, last);
        }

        var inside = offset >= 0 && (elements == 0 ? offset <= storage.Elements : last < storage.Elements);
        if (overflow || !inside)
        {
            throw Error($"has a tensor of shape {TensorInfo.ShapeToText(shape)}, "
                + $"strides {TensorInfo.ShapeToText(strides)} and offset {offset} "
                + $"that reaches outside its storage of {storage.Elements} elements");
        }

        var bytes = elements * storage.Type.Bytes;
        if (elements > storage.Elements && bytes > Budget.Limits.MaxExpandedBytes)
        {
            throw Error($"has a tensor of shape {TensorInfo.ShapeToText(shape)} that repeats "
                + $"{storage.Elements} elements to {bytes} bytes (CheckpointLimits.MaxExpandedBytes)");
        }
    }
}
