using System.Buffers.Binary;
using System.Text;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>The features of a TensorFlow Example, a protocol buffer: name to bytes or to a first number.</summary>
internal sealed class TfExample
{
    private const int MaxFeatures = 1024;

    private readonly Dictionary<string, ReadOnlyMemory<byte>> _bytes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double> _numbers = new(StringComparer.Ordinal);
    private readonly string _source;

    private TfExample(string source) => _source = source;

    /// <summary>Reads an Example; the bytes of its features are parts of <paramref name="record"/>.</summary>
    /// <exception cref="MediaException">It is not well formed.</exception>
    public static TfExample Parse(ReadOnlyMemory<byte> record, string source)
    {
        var example = new TfExample(source);
        var count = 0;
        foreach (var features in example.Messages(record, 1))
        {
            foreach (var entry in example.Messages(features, 1))
            {
                if (++count > MaxFeatures)
                {
                    throw example.Damaged();
                }

                var name = Encoding.UTF8.GetString(example.Messages(entry, 1).LastOrDefault().Span);
                foreach (var feature in example.Messages(entry, 2))
                {
                    example.Add(name, feature);
                }
            }
        }

        return example;
    }

    /// <summary>The first text of bytes of a feature, or null.</summary>
    public ReadOnlyMemory<byte>? Bytes(string name) => _bytes.TryGetValue(name, out var bytes) ? bytes : null;

    /// <summary>The first number of a feature, or null.</summary>
    public double? Number(string name) => _numbers.TryGetValue(name, out var number) ? number : null;

    private void Add(string name, ReadOnlyMemory<byte> feature)
    {
        // Feature: 1 BytesList, 2 FloatList, 3 Int64List; in each, field 1 repeats the values, numbers mostly packed.
        foreach (var (field, wire, list) in Fields(feature))
        {
            if (wire != 2)
            {
                continue;
            }

            foreach (var (inner, kind, value) in Fields(list))
            {
                if (inner != 1)
                {
                    continue;
                }

                switch (field, kind)
                {
                    case (1, 2):
                        _bytes.TryAdd(name, value);
                        break;
                    case (2, 2 or 5) when value.Length >= 4:
                        _numbers.TryAdd(name, BinaryPrimitives.ReadSingleLittleEndian(value.Span));
                        break;
                    case (3, 0 or 2) when value.Length >= 1:
                        var place = 0;
                        _numbers.TryAdd(name, unchecked((long)Varint(value.Span, ref place)));
                        break;
                    default:
                        break;
                }
            }
        }
    }

    private IEnumerable<ReadOnlyMemory<byte>> Messages(ReadOnlyMemory<byte> message, int number) =>
        Fields(message).Where(field => field.Number == number && field.Wire == 2).Select(field => field.Value);

    /// <summary>The fields of a message: number, wire type, and the bytes of the value.</summary>
    private List<(int Number, int Wire, ReadOnlyMemory<byte> Value)> Fields(ReadOnlyMemory<byte> message)
    {
        var fields = new List<(int, int, ReadOnlyMemory<byte>)>();
        for (var place = 0; place < message.Length;)
        {
            var key = Varint(message.Span, ref place);
            var wire = (int)(key & 7);
            var start = place;
            var length = wire switch
            {
                0 => Skipped(message.Span, ref place, start),
                1 => 8L,
                2 => checked((long)Math.Min(Varint(message.Span, ref place), long.MaxValue)),
                5 => 4L,
                _ => throw Damaged(),
            };
            start = wire == 0 ? start : place;
            if (length > message.Length - start || key >> 3 is 0 or > int.MaxValue)
            {
                throw Damaged();
            }

            fields.Add(((int)(key >> 3), wire, message.Slice(start, (int)length)));
            place = start + (int)length;
        }

        return fields;
    }

    private long Skipped(ReadOnlySpan<byte> message, ref int place, int start)
    {
        _ = Varint(message, ref place);
        return place - start;
    }

    private ulong Varint(ReadOnlySpan<byte> message, ref int place)
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (place >= message.Length)
            {
                throw Damaged();
            }

            var part = message[place++];
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80)
            {
                return value;
            }
        }

        throw Damaged();
    }

    private MediaException Damaged() => new(_source, "the record is no well-formed Example of TensorFlow.");
}
