using static TorchSharp.torch;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>An element type of the safetensors format.</summary>
/// <param name="Name">As the header spells it.</param>
/// <param name="Bits">Bits of one element; the sub-byte types are packed.</param>
/// <param name="Type">TorchSharp's type, or null where it has none.</param>
internal sealed record SafeTensorsType(string Name, int Bits, ScalarType? Type)
{
    /// <summary>
    /// All types in the format's own order, which is the order (descending) that tensors are written in.
    /// </summary>
    public static IReadOnlyList<SafeTensorsType> All { get; } =
    [
        new("BOOL", 8, ScalarType.Bool),
        new("F4", 4, null),
        new("F6_E2M3", 6, null),
        new("F6_E3M2", 6, null),
        new("U8", 8, ScalarType.Byte),
        new("I8", 8, ScalarType.Int8),
        new("F8_E5M2", 8, null),
        new("F8_E4M3", 8, null),
        new("F8_E8M0", 8, null),
        new("F8_E4M3FNUZ", 8, null),
        new("F8_E5M2FNUZ", 8, null),
        new("I16", 16, ScalarType.Int16),
        new("U16", 16, null),
        new("F16", 16, ScalarType.Float16),
        new("BF16", 16, ScalarType.BFloat16),
        new("I32", 32, ScalarType.Int32),
        new("U32", 32, null),
        new("F32", 32, ScalarType.Float32),
        new("C64", 64, ScalarType.ComplexFloat32),
        new("F64", 64, ScalarType.Float64),
        new("I64", 64, ScalarType.Int64),
        new("U64", 64, null),
    ];

    private static readonly Dictionary<string, SafeTensorsType> ByName = All.ToDictionary(type => type.Name);

    public int Rank => All.TakeWhile(type => type != this).Count();

    public static SafeTensorsType? Find(string name) => ByName.GetValueOrDefault(name);

    public static SafeTensorsType? Find(ScalarType type) => All.FirstOrDefault(known => known.Type == type);
}
