using System.IO.Compression;
using Deep.Checkpoints.Pickle;

namespace Deep.Tests.Checkpoints;

/// <summary>Puts a PyTorch archive together by hand, so that each part of it can be wrong.</summary>
internal static class TorchArchive
{
    /// <summary>An archive with this pickle and a storage "0" of six floats, 0 to 5.</summary>
    public static byte[] Of(byte[] pickle, params (string Name, byte[] Content)[] more) =>
        Zip(
        [
            ("archive/data.pkl", pickle),
            ("archive/data/0", Floats(0, 1, 2, 3, 4, 5)),
            ("archive/version", "3\n"u8.ToArray()),
            .. more,
        ]);

    public static byte[] Zip(params (string Name, byte[] Content)[] entries) =>
        Zip(CompressionLevel.NoCompression, entries);

    public static byte[] Zip(CompressionLevel level, params (string Name, byte[] Content)[] entries)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var (name, content) in entries)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(content);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Floats(params float[] values) =>
        System.Runtime.InteropServices.MemoryMarshal.AsBytes(values.AsSpan()).ToArray();

    /// <summary>A pickle of protocol 2 whose body the caller writes.</summary>
    public static byte[] Pickle(Action<PickleWriter> body, int protocol = 2)
    {
        using var stream = new MemoryStream();
        var pickle = new PickleWriter(stream, protocol).Begin();
        body(pickle);
        pickle.End();
        return stream.ToArray();
    }

    /// <summary>A pickle of raw opcodes after PROTO 2.</summary>
    public static byte[] Raw(params byte[] opcodes) => [0x80, 2, .. opcodes];

    /// <summary>The persistent reference to a storage.</summary>
    public static PickleWriter Storage(
        this PickleWriter pickle,
        string type = "FloatStorage",
        string key = "0",
        long elements = 6,
        string module = "torch",
        string tag = "storage") =>
        pickle.Op(PickleOpcode.Mark).Text(tag).Global(module, type).Text(key).Text("cpu").Integer(elements)
            .Op(PickleOpcode.Tuple).Op(PickleOpcode.BinPersId);

    /// <summary>A tensor as PyTorch writes it.</summary>
    public static PickleWriter Tensor(
        this PickleWriter pickle,
        long offset = 0,
        long[]? shape = null,
        long[]? strides = null,
        Action<PickleWriter>? storage = null)
    {
        pickle.Global("torch._utils", "_rebuild_tensor_v2").Op(PickleOpcode.Mark);
        (storage ?? (p => p.Storage()))(pickle);
        pickle.Integer(offset).Integers(shape ?? [6]).Integers(strides ?? [1]).Truth(false);
        pickle.Global("collections", "OrderedDict").Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce);
        return pickle.Op(PickleOpcode.Tuple).Op(PickleOpcode.Reduce);
    }

    /// <summary>A dictionary with the tensor "t" that the caller writes.</summary>
    public static byte[] Dictionary(Action<PickleWriter> tensor) => Pickle(
        p =>
        {
            p.Op(PickleOpcode.EmptyDict).Text("t");
            tensor(p);
            p.Op(PickleOpcode.SetItem);
        });
}
