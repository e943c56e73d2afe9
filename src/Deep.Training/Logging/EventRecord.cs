using System.Buffers.Binary;
using System.Numerics;
using Google.Protobuf;
using Tensorboard;

namespace Deep.Training;

/// <summary>TensorBoard's event files: protobuf messages in TensorFlow's record framing.</summary>
/// <remarks>
/// A record is the length (8 bytes, little endian), its masked CRC-32C (4), the message, and its masked CRC-32C (4). The
/// mask turns the sum by 15 bits and adds a constant (TensorFlow, <c>lib/hash/crc32c.h</c>).
/// </remarks>
internal static class EventRecord
{
    private const int Header = 12;
    private const int Footer = 4;
    private const int LargestMessage = 1 << 26;

    /// <summary>A message as a record, to be written at once.</summary>
    public static byte[] Of(Event message)
    {
        var content = message.ToByteArray(); // TorchSharp's generated code cannot write into a span
        var size = content.Length;
        var record = new byte[Header + size + Footer];
        BinaryPrimitives.WriteInt64LittleEndian(record, size);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), MaskedSum(record.AsSpan(0, 8)));
        content.CopyTo(record, Header);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(Header + size), MaskedSum(record.AsSpan(Header, size)));
        return record;
    }

    /// <summary>The messages up to the first record that is torn or damaged.</summary>
    public static List<Event> Read(Stream file)
    {
        var messages = new List<Event>();
        var header = new byte[Header];
        while (file.ReadAtLeast(header, Header, throwOnEndOfStream: false) == Header)
        {
            var size = BinaryPrimitives.ReadInt64LittleEndian(header);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header.AsSpan(8)) != MaskedSum(header.AsSpan(0, 8)) || size is < 0 or > LargestMessage)
            {
                break;
            }

            var content = new byte[size + Footer];
            if (file.ReadAtLeast(content, content.Length, throwOnEndOfStream: false) < content.Length
                || BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan((int)size)) != MaskedSum(content.AsSpan(0, (int)size)))
            {
                break;
            }

            try
            {
                messages.Add(Event.Parser.ParseFrom(content, 0, (int)size));
            }
            catch (InvalidProtocolBufferException)
            {
                break;
            }
        }

        return messages;
    }

    private static uint MaskedSum(ReadOnlySpan<byte> bytes)
    {
        var sum = uint.MaxValue;
        foreach (var value in bytes)
        {
            sum = BitOperations.Crc32C(sum, value);
        }

        return BitOperations.RotateRight(~sum, 15) + 0xA282EAD8;
    }
}
