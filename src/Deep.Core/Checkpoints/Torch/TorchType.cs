using static TorchSharp.torch;

namespace Deep.Checkpoints.Torch;

/// <summary>An element type of PyTorch.</summary>
/// <param name="Name">As Python spells it, without <c>torch.</c>.</param>
/// <param name="Storage">The class of a storage of it, or null where PyTorch has none.</param>
/// <param name="Bytes">The size of one element.</param>
/// <param name="Type">TorchSharp's type, or null where it has none.</param>
internal sealed record TorchType(string Name, string? Storage, int Bytes, ScalarType? Type)
{
    private static readonly TorchType[] All =
    [
        new("float32", "FloatStorage", 4, ScalarType.Float32),
        new("float64", "DoubleStorage", 8, ScalarType.Float64),
        new("float16", "HalfStorage", 2, ScalarType.Float16),
        new("bfloat16", "BFloat16Storage", 2, ScalarType.BFloat16),
        new("int64", "LongStorage", 8, ScalarType.Int64),
        new("int32", "IntStorage", 4, ScalarType.Int32),
        new("int16", "ShortStorage", 2, ScalarType.Int16),
        new("int8", "CharStorage", 1, ScalarType.Int8),
        new("uint8", "ByteStorage", 1, ScalarType.Byte),
        new("bool", "BoolStorage", 1, ScalarType.Bool),
        new("complex64", "ComplexFloatStorage", 8, ScalarType.ComplexFloat32),
        new("complex128", "ComplexDoubleStorage", 16, ScalarType.ComplexFloat64),
        new("qint8", "QInt8Storage", 1, null),
        new("quint8", "QUInt8Storage", 1, null),
        new("qint32", "QInt32Storage", 4, null),
        new("complex32", null, 4, null),
        new("uint16", null, 2, null),
        new("uint32", null, 4, null),
        new("uint64", null, 8, null),
        new("float8_e4m3fn", null, 1, null),
        new("float8_e4m3fnuz", null, 1, null),
        new("float8_e5m2", null, 1, null),
        new("float8_e5m2fnuz", null, 1, null),
        new("float8_e8m0fnu", null, 1, null),
    ];

    private static readonly Dictionary<string, TorchType> ByName = All.ToDictionary(type => type.Name);

    private static readonly Dictionary<string, TorchType> ByStorage =
        All.Where(type => type.Storage is not null).ToDictionary(type => type.Storage!);

    public static TorchType? FindByName(string name) => ByName.GetValueOrDefault(name);

    public static TorchType? FindByStorage(string storage) => ByStorage.GetValueOrDefault(storage);

    public static TorchType? Find(ScalarType type) => Array.Find(All, known => known.Type == type);
}
