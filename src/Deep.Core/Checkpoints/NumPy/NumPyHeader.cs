using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace Deep.Checkpoints.NumPy;

/// <summary>The header of an <c>.npy</c> file (NumPy enhancement proposal 1, versions 1 to 3).</summary>
/// <remarks>
/// After a magic string and a length comes a Python dictionary as text, such as
/// <c>{'descr': '&lt;f4', 'fortran_order': False, 'shape': (3, 4), }</c>. Only that form is read: three known keys, a
/// string, a truth value and a tuple of numbers; types with fields are read as far as to name them.
/// </remarks>
internal sealed record NumPyHeader(NumPyType Type, long[] Shape, bool Fortran, int Length)
{
    /// <summary>Enough for the magic string and the longest header that is read.</summary>
    public const int MaxBytes = 1 << 16;

    private const int PrefixBytes = 12;

    /// <summary>Whether the bytes begin as an .npy file does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) =>
        head is [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..];

    /// <param name="head">The beginning of the file: all of it, or at least <see cref="MaxBytes"/>.</param>
    /// <param name="error">Makes an error with a reason.</param>
    public static NumPyHeader Parse(ReadOnlySpan<byte> head, Func<string, CheckpointException> error)
    {
        if (!Begins(head) || head.Length < PrefixBytes)
        {
            throw error("does not begin as an .npy file does");
        }

        var version = head[6];
        if (version is < 1 or > 3 || head[7] != 0)
        {
            throw error($"is of version {version}.{head[7]}; 1.0 to 3.0 are known");
        }

        var prefix = version == 1 ? 10 : 12;
        var length = version == 1
            ? BinaryPrimitives.ReadUInt16LittleEndian(head[8..])
            : BinaryPrimitives.ReadUInt32LittleEndian(head[8..]);
        if (length > head.Length - prefix)
        {
            throw error($"has a header of {length} bytes, which ends outside the file or is too long");
        }

        var text = head.Slice(prefix, (int)length);
        var encoding = version == 3 ? Encoding.UTF8 : Encoding.Latin1;
        var literal = new NumPyLiteral(encoding.GetString(text), error);
        var (descr, fortran, shape) = literal.ReadHeader();
        var type = NumPyType.Parse(descr) ?? throw error($"has the unknown element type '{descr}'");
        return new NumPyHeader(type, shape, fortran, prefix + (int)length);
    }

    /// <summary>Version 1.0 as NumPy writes it: padded with spaces and a new line to a multiple of 64 bytes.</summary>
    public static byte[] Write(string descr, long[] shape)
    {
        var sizes = string.Join(", ", shape.Select(size => size.ToString(CultureInfo.InvariantCulture)));
        var tuple = shape.Length == 1 ? $"({sizes},)" : $"({sizes})";
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";
        var total = (10 + text.Length + 1 + 63) / 64 * 64;
        var header = new byte[total];
        Encoding.Latin1.GetBytes("\u0093NUMPY\u0001\0", header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)(total - 10));
        Encoding.Latin1.GetBytes(text.PadRight(total - 11) + "\n", header.AsSpan(10));
        return header;
    }
}
