using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>The element types that TorchSharp can hold, and their sizes.</summary>
internal static class ElementTypes
{
    public static int SizeOf(ScalarType type) => type switch
    {
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
        ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
        ScalarType.Int32 or ScalarType.Float32 => 4,
        ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 => 8,
        ScalarType.ComplexFloat64 => 16,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "no plain element type"),
    };

    public static bool IsPlain(ScalarType type) => type is ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool
        or ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 or ScalarType.Int32 or ScalarType.Float32
        or ScalarType.Int64 or ScalarType.Float64 or ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64;

    /// <summary>The unit that byte order applies to: a complex number is two reals.</summary>
    public static int SwapUnit(ScalarType type) => type switch
    {
        ScalarType.ComplexFloat32 => 4,
        ScalarType.ComplexFloat64 => 8,
        _ => SizeOf(type),
    };

    /// <summary>
    /// Whether values keep their meaning: integers widen to reals, reals to complex, never the other way.
    /// </summary>
    public static bool ConvertsTo(this ScalarType from, ScalarType to) => Kind(from) <= Kind(to);

    private static int Kind(ScalarType type) => type switch
    {
        ScalarType.Bool => 0,
        ScalarType.Byte or ScalarType.Int8 or ScalarType.Int16 or ScalarType.Int32 or ScalarType.Int64 => 1,
        ScalarType.ComplexFloat32 or ScalarType.ComplexFloat64 => 3,
        _ => 2,
    };
}
