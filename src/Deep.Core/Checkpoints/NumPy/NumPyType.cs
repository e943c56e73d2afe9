using System.Globalization;
using static TorchSharp.torch;

namespace Deep.Checkpoints.NumPy;

/// <summary>An element type of NumPy.</summary>
/// <param name="Spelled">As NumPy writes it, such as <c>&lt;f4</c>.</param>
/// <param name="Bytes">The size of one element; 0 for those that have none of their own (objects).</param>
/// <param name="Type">TorchSharp's type, or null where it has none.</param>
/// <param name="BigEndian">Whether elements are big-endian.</param>
internal sealed record NumPyType(string Spelled, int Bytes, ScalarType? Type, bool BigEndian)
{
    private static readonly Dictionary<string, ScalarType> Known = new(StringComparer.Ordinal)
    {
        ["b1"] = ScalarType.Bool,
        ["?"] = ScalarType.Bool,
        ["u1"] = ScalarType.Byte,
        ["i1"] = ScalarType.Int8,
        ["i2"] = ScalarType.Int16,
        ["i4"] = ScalarType.Int32,
        ["i8"] = ScalarType.Int64,
        ["f2"] = ScalarType.Float16,
        ["f4"] = ScalarType.Float32,
        ["f8"] = ScalarType.Float64,
        ["c8"] = ScalarType.ComplexFloat32,
        ["c16"] = ScalarType.ComplexFloat64,
        ["bfloat16"] = ScalarType.BFloat16,
    };

    /// <summary>
    /// The type that a string such as <c>&lt;f4</c>, <c>|b1</c> or <c>f8</c> names, or null where it names none.
    /// </summary>
    public static NumPyType? Parse(string spelled)
    {
        var plain = spelled.TrimStart('<', '>', '=', '|');
        if (spelled.Length - plain.Length > 1 || plain.Length == 0)
        {
            return null;
        }

        if (Known.TryGetValue(plain, out var type))
        {
            return new NumPyType(spelled, ElementTypes.SizeOf(type), type, spelled[0] == '>');
        }

        // Unsigned integers that TorchSharp lacks, long doubles, raw bytes, dates and strings: known to be there, not
        // readable.
        const string Kinds = "uifcVSUmMO";
        var digits = plain.AsSpan(1);
        digits = digits.IndexOf('[') is >= 0 and var unit ? digits[..unit] : digits;
        return Kinds.Contains(plain[0]) && TryParseSize(plain[0], digits, out var bytes)
            ? new NumPyType(spelled, bytes, null, spelled[0] == '>')
            : null;
    }

    /// <summary>How NumPy writes TorchSharp's type, or null where it has none (bfloat16).</summary>
    public static string? Spell(ScalarType type) => type switch
    {
        ScalarType.Bool => "|b1",
        ScalarType.Byte => "|u1",
        ScalarType.Int8 => "|i1",
        _ => Known.FirstOrDefault(pair => pair.Value == type && pair.Key != "bfloat16").Key is { } plain
            ? $"<{plain}"
            : null,
    };

    private static bool TryParseSize(char kind, ReadOnlySpan<char> digits, out int bytes)
    {
        bytes = 0;
        if (digits.IsEmpty)
        {
            return kind == 'O';
        }

        if (digits.Length > 6 || !int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out bytes))
        {
            return false;
        }

        bytes *= kind == 'U' ? 4 : 1;
        return true;
    }
}
