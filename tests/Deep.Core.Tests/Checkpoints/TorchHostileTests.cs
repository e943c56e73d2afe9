using System.Buffers.Binary;
using System.IO.Compression;
using Deep.Checkpoints;
using Deep.Checkpoints.Pickle;
using TorchSharp;
using static Deep.Tests.Checkpoints.TorchArchive;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>
/// Archives that lie: about storages, about places inside them, about what an object is, about the zip itself.
/// </summary>
public sealed class TorchHostileTests : CheckpointTest
{
    // Case → the pickle and a part of the reason that must be given.
    private static readonly Dictionary<string, (byte[] Pickle, string Reason)> Pickles = new()
    {
        ["CVE-2026-24747: SETITEM on a list"] = (Raw("]NNs."u8.ToArray()), "not a dictionary"),
        ["CVE-2026-24747: SETITEMS on a tuple"] = (Raw(")(NNu."u8.ToArray()), "not a dictionary"),
        ["CVE-2026-24747: SETITEM on a tensor"] =
            (Pickle(p => p.Tensor().Integer(1).Integer(1).Op(PickleOpcode.SetItem)), "not a dictionary"),
        ["CVE-2026-24747: more elements than bytes"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(elements: 7))), "has 24 bytes"),
        ["CVE-2026-24747: fewer elements than bytes"] = (
            Dictionary(p => p.Tensor(shape: [5], storage: s => s.Storage(elements: 5))), "has 24 bytes"),
        ["CVE-2026-24747: elements of another size"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage("DoubleStorage"))), "has 24 bytes"),
        ["elements that overflow"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(elements: (1L << 62) + 6))), "has 24 bytes"),
        ["a negative number of elements"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(elements: -6))), "-6 elements"),
        ["one storage as two types"] = (Pickle(p => p.Op(PickleOpcode.EmptyList).Tensor().Op(PickleOpcode.Append)
            .Tensor(storage: s => s.Storage("IntStorage")).Op(PickleOpcode.Append)), "as int32 and as float32"),
        ["a storage that is not there"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(key: "1"))), "not in the archive"),
        ["a storage outside the archive"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(key: "../version"))), "not in the archive"),
        ["a storage without a type"] = (Dictionary(p => p.Tensor(
            storage: s => s.Storage("UntypedStorage", module: "torch.storage"))), "without an element type"),
        ["a persistent id with another tag"] = (
            Dictionary(p => p.Tensor(storage: s => s.Storage(tag: "module"))), "refers to a storage"),
        ["a persistent id that is text"] = (
            Pickle(p => p.Text("storage").Op(PickleOpcode.BinPersId)), "refers to a storage"),
        ["an offset outside"] = (Dictionary(p => p.Tensor(offset: 1)), "outside its storage"),
        ["a negative offset"] = (Dictionary(p => p.Tensor(offset: -1, shape: [1])), "outside its storage"),
        ["an offset that overflows"] = (
            Dictionary(p => p.Tensor(offset: long.MaxValue, shape: [2])), "outside its storage"),
        ["a shape outside"] = (Dictionary(p => p.Tensor(shape: [7])), "outside its storage"),
        ["strides outside"] = (Dictionary(p => p.Tensor(shape: [2], strides: [6])), "outside its storage"),
        ["strides that overflow back inside"] = (
            Dictionary(p => p.Tensor(shape: [3], strides: [long.MaxValue])), "outside its storage"),
        ["a shape that overflows"] = (
            Dictionary(p => p.Tensor(shape: [1L << 32, 1L << 32], strides: [0, 0])), "outside its storage"),
        ["an empty shape beyond the end"] = (Dictionary(p => p.Tensor(offset: 7, shape: [0])), "outside its storage"),
        ["a negative size"] = (Dictionary(p => p.Tensor(shape: [-1])), "whole numbers"),
        ["a negative stride"] = (Dictionary(p => p.Tensor(strides: [-1])), "whole numbers"),
        ["fewer strides than sizes"] = (Dictionary(p => p.Tensor(shape: [2, 3])), "2 sizes and 1 strides"),
        ["one element repeated to a gigabyte"] = (
            Dictionary(p => p.Tensor(shape: [1L << 28], strides: [0])), "MaxExpandedBytes"),
        ["a rank of 65"] = (Dictionary(p => p.Tensor(shape: new long[65], strides: new long[65])), "whole numbers"),
        ["APPEND on a dictionary"] = (Raw("}Na."u8.ToArray()), "not a list"),
        ["APPENDS on a tuple"] = (Raw(")(Ne."u8.ToArray()), "not a list"),
        ["BUILD on a dictionary"] = (Raw("}}b."u8.ToArray()), "gives attributes"),
        ["BUILD on a list"] = (Raw("]}b."u8.ToArray()), "gives attributes"),
        ["BUILD with text"] = (Raw("ccollections\nOrderedDict\n)RX\x01\0\0\0ab."u8.ToArray()), "gives attributes"),
        ["REDUCE of text"] = (Raw("X\x01\0\0\0a)R."u8.ToArray()), "calls a string"),
        ["REDUCE of a dtype"] = (Raw("ctorch\nfloat32\n)R."u8.ToArray()), "calls"),
        ["REDUCE without a tuple"] = (Raw("ccollections\nOrderedDict\nNR."u8.ToArray()), "without a tuple"),
        ["NEWOBJ of a function"] = (
            Raw([.. "ctorch._utils\n_rebuild_tensor_v2\n)"u8, 0x81, (byte)'.']), "calls torch._utils"),
        ["a tensor of text"] = (Raw([.. "ctorch._utils\n_rebuild_tensor_v2\n)R."u8]), "calls torch._utils"),
        ["a recalled value that was never stored"] = (Raw("h\x01."u8.ToArray()), "recalls value 1"),
        ["an empty stack"] = (Raw("."u8.ToArray()), "not there"),
        ["values left over"] = (Raw("NN."u8.ToArray()), "left over"),
        ["a mark left over"] = (Raw("N(."u8.ToArray()), "not there"),
        ["a tuple without a mark"] = (Raw("t."u8.ToArray()), "never opened"),
        ["a value below the mark"] = (Raw([(byte)'N', (byte)'(', 0x85, (byte)'.']), "not there"),
        ["SETITEMS of three"] = (Raw("}(NNNu."u8.ToArray()), "without a value for each key"),
        ["None as a key"] = (Raw("}NNs."u8.ToArray()), "key None"),
        ["text longer than the file"] = (Raw([(byte)'X', 255, 255, 255, 255, (byte)'.']), "ends early"),
        ["text that is not UTF-8"] = (Raw([(byte)'X', 1, 0, 0, 0, 0xFF, (byte)'.']), "UTF-8"),
        ["a global without an end"] = (Raw([(byte)'c', .. new byte[1000]]), "without an end"),
        ["no STOP"] = (Raw("N"u8.ToArray()), "ends early"),
        ["protocol 1"] = ([0x80, 1, (byte)'N', (byte)'.'], "protocol"),
        ["protocol 6"] = ([0x80, 6, (byte)'N', (byte)'.'], "protocol"),
        ["PROTO in the middle"] = (Raw(0x80, 2, (byte)'N', (byte)'.'), "begins again"),
        ["marks without end"] = (Raw([.. Enumerable.Repeat((byte)'(', 5000), (byte)'.']), "deep"),
        ["a stack without end"] = (Raw([.. Enumerable.Repeat((byte)'N', 1 << 18), (byte)'.']), "stacks more"),
        ["a list inside itself"] = (Raw("]q\0h\0a."u8.ToArray()), "deep"),
        ["a nesting of 100"] = (
            Raw([.. Enumerable.Repeat((byte)']', 100), .. Enumerable.Repeat((byte)'a', 99), (byte)'.']), "deep"),
        ["a billion laughs"] = (Raw([.. "](]q\0"u8, .. Enumerable.Range(1, 40).SelectMany(i =>
            (byte[])[.. "]q"u8, (byte)i, .. "(h"u8, (byte)(i - 1), (byte)'h', (byte)(i - 1), (byte)'e']), .. "e."u8]),
            "MaxDirectoryBytes"),
        ["a tensor under a key that is a tuple"] =
        (
            Pickle(p => p.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.EmptyTuple).Tensor().Op(PickleOpcode.SetItem)),
            "neither text nor a number"),
        ["the same name twice"] = (Pickle(p => p.Op(PickleOpcode.EmptyDict).Integer(1).Tensor().Op(PickleOpcode.SetItem)
            .Text("1").Tensor().Op(PickleOpcode.SetItem)), "twice"),
    };

    private static readonly byte[] Good = Of(Dictionary(p => p.Tensor()));

    private static readonly Dictionary<string, (byte[] File, string Reason)> Archives = new()
    {
        ["a tar archive (CVE-2025-32434)"] = ([.. new byte[257], .. "ustar"u8, .. new byte[500]], "tar archive"),
        ["bytes before the archive"] = ([.. "PK\x3\x4"u8, .. Good], "directory"),
        ["a byte after the archive"] = ([.. Good, 0], "end record"),
        ["a path that leaves the archive"] = (Of(Dictionary(p => p.Tensor()), ("archive/../../x", [1])), "leads out"),
        ["an absolute path"] = (Of(Dictionary(p => p.Tensor()), ("/etc/passwd", [1])), "leads out"),
        ["a path with a drive"] = (Of(Dictionary(p => p.Tensor()), ("C:/x", [1])), "leads out"),
        ["a backslash"] = (Of(Dictionary(p => p.Tensor()), ("archive\\x", [1])), "relative path"),
        ["a name twice"] = (Of(Dictionary(p => p.Tensor()), ("archive/data/0", Floats(9, 9, 9, 9, 9, 9))), "twice"),
        ["two pickles"] = (Of(Dictionary(p => p.Tensor()), ("other/data.pkl", [1])), "more than one data.pkl"),
        ["TorchScript"] = (Of(Dictionary(p => p.Tensor()), ("archive/constants.pkl", [1])), "TorchScript"),
        ["neither PyTorch nor NumPy"] = (Zip(("a.txt", [1])), "neither"),
        ["an unknown byte order"] = (
            Of(Dictionary(p => p.Tensor()), ("archive/byteorder", "middle"u8.ToArray())), "neither 'little' nor 'big'"),
        ["metadata that is no JSON"] = (
            Of(Dictionary(p => p.Tensor()), ("archive/deep/metadata.json", "{"u8.ToArray())), "JSON"),
        ["encrypted"] = (WithCentral(Good, at: 8, 1), "encrypted"),
        ["an unknown compression"] = (WithCentral(Good, at: 10, 12), "method 12"),
        ["a stored size that is not the size"] = (WithCentral(Good, at: 24, 0xFFFF), "declares 65535"),
        ["an entry that begins elsewhere"] = (WithCentral(Good, at: 42, 1), "not where its directory says"),
        ["an entry that begins outside"] = (WithCentral(Good, at: 42, 0xFFFFFE), "outside the file"),
        ["an empty file"] = ([], "8 bytes"),
    };

    public static TheoryData<string> PickleCases => [.. Pickles.Keys];

    public static TheoryData<string> ArchiveCases => [.. Archives.Keys];

    [Theory]
    [MemberData(nameof(PickleCases))]
    public void A_hostile_pickle_is_refused_with_its_reason(string name)
    {
        var (pickle, reason) = Pickles[name];
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(Of(pickle), "memory"));
        Assert.Contains(reason, error.Reason);
    }

    [Theory]
    [MemberData(nameof(ArchiveCases))]
    public void A_hostile_archive_is_refused_with_its_reason(string name)
    {
        var (file, reason) = Archives[name];
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file, "memory"));
        Assert.Contains(reason, error.Message);
    }

    [Fact]
    public void Every_length_of_an_archive_but_the_whole_is_refused()
    {
        using (Checkpoint.Open(Good, "memory"))
        {
        }

        for (var length = 0; length < Good.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(Good.AsMemory(0, length), "memory"));
        }
    }

    [Fact]
    public void Entries_that_share_bytes_are_refused()
    {
        // The second directory entry is made to point at the first one's data, under the first one's name with another
        // letter.
        var zip = Zip(("archive/data.pkl", Dictionary(p => p.Tensor())), ("archive/data.pkm", [1]));
        var second = zip.AsSpan().LastIndexOf("PK\x1\x2"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(second + 42), 0);
        Assert.Throws<CheckpointException>(() => Checkpoint.Open(zip, "memory"));
    }

    [Fact]
    public void An_entry_that_inflates_to_more_or_less_than_it_declares_is_refused_when_read()
    {
        using var scope = NewDisposeScope();
        var zeros = new byte[1 << 22];
        foreach (var elements in new[] { (zeros.Length / 4) - 1, (zeros.Length / 4) + 1 })
        {
            var pickle = Dictionary(p => p.Tensor(shape: [elements], storage: s => s.Storage(elements: elements)));
            var zip = Zip(CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", zeros));
            var central = zip.AsSpan().LastIndexOf("PK\x1\x2"u8);
            BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(central + 24), (uint)elements * 4);
            using var file = Checkpoint.Open(zip, "memory");
            Assert.Contains("decodes to", Assert.Throws<CheckpointException>(() => file.Read("t")).Reason);
        }
    }

    [Fact]
    public void A_zip_bomb_is_refused_before_it_is_inflated()
    {
        var pickle = Dictionary(p => p.Tensor(shape: [1 << 28], storage: s => s.Storage(elements: 1 << 28)));
        var zip = Zip(CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", new byte[1 << 16]));
        var central = zip.AsSpan().LastIndexOf("PK\x1\x2"u8);
        BinaryPrimitives.WriteUInt32LittleEndian(zip.AsSpan(central + 24), 1u << 30);
        Assert.Contains(
            "MaxInflatedBytes", Assert.Throws<CheckpointException>(() => Checkpoint.Open(zip, "memory")).Reason);
    }

    [Fact]
    public void A_pickle_that_builds_objects_without_end_is_refused_by_its_memory()
    {
        var pickle = new List<byte>(Raw((byte)']'));
        for (var i = 0; i < 3_000_000; i++)
        {
            pickle.AddRange("}a"u8);
        }

        var file = Of([.. pickle, (byte)'.']);
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Open(file, "memory"));
        Assert.Contains("MaxDirectoryBytes", error.Reason);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, file.Length + (64L << 20));
    }

    /// <summary>Changes a 16- or 32-bit field of the first directory entry.</summary>
    private static byte[] WithCentral(byte[] file, int at, uint value)
    {
        var changed = file.ToArray();
        var field = changed.AsSpan(changed.AsSpan().IndexOf("PK\x1\x2"u8) + at);
        if (at < 16)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(field, (ushort)value);
        }
        else
        {
            BinaryPrimitives.WriteUInt32LittleEndian(field, value);
        }

        return changed;
    }
}
