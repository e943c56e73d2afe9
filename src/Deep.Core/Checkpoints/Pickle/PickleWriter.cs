using System.Buffers.Binary;
using System.Text;

namespace Deep.Checkpoints.Pickle;

/// <summary>Writes the opcodes of a pickle, protocol 2 or 4.</summary>
internal sealed class PickleWriter(Stream stream, int protocol)
{
    public PickleWriter Begin() => Op(PickleOpcode.Proto).Raw((byte)protocol);

    public void End() => Op(PickleOpcode.Stop);

    public PickleWriter Op(PickleOpcode opcode) => Raw((byte)opcode);

    public PickleWriter Global(string module, string name)
    {
        Op(PickleOpcode.Global);
        stream.Write(Encoding.UTF8.GetBytes($"{module}\n{name}\n"));
        return this;
    }

    public PickleWriter Text(string text)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        Op(PickleOpcode.BinUnicode);
        Number(bytes.Length, 4);
        stream.Write(bytes);
        return this;
    }

    /// <summary>Announces bytes that the caller writes next (protocol 4).</summary>
    public PickleWriter BytesFollow(long length)
    {
        Op(PickleOpcode.BinBytes8);
        Number(length, 8);
        return this;
    }

    public PickleWriter Truth(bool value) => Op(value ? PickleOpcode.NewTrue : PickleOpcode.NewFalse);

    public PickleWriter Integer(long value)
    {
        switch (value)
        {
            case >= 0 and <= byte.MaxValue:
                Op(PickleOpcode.BinInt1);
                Number(value, 1);
                break;
            case >= int.MinValue and <= int.MaxValue:
                Op(PickleOpcode.BinInt);
                Number(value, 4);
                break;
            default:
                Op(PickleOpcode.Long1).Raw(8);
                Number(value, 8);
                break;
        }

        return this;
    }

    public PickleWriter Integers(IEnumerable<long> values)
    {
        Op(PickleOpcode.Mark);
        foreach (var value in values)
        {
            Integer(value);
        }

        return Op(PickleOpcode.Tuple);
    }

    private PickleWriter Raw(byte value)
    {
        stream.WriteByte(value);
        return this;
    }

    private void Number(long value, int bytes)
    {
        Span<byte> buffer = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(buffer, value);
        stream.Write(buffer[..bytes]);
    }
}
