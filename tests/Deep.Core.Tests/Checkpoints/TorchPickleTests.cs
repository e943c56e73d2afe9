using Deep.Checkpoints;
using Deep.Checkpoints.Pickle;
using TorchSharp;
using static Deep.Tests.Checkpoints.TorchArchive;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>
/// What the restricted unpickler accepts and what it refuses (the list of PyTorch's weights_only reader).
/// </summary>
public sealed class TorchPickleTests : CheckpointTest
{
    // Opcodes after PROTO 2 and before STOP, which leave one value that is no tensor.
    private static readonly Dictionary<string, byte[]> Accepted = new()
    {
        ["NONE"] = "N"u8.ToArray(),
        ["NEWTRUE"] = [0x88],
        ["NEWFALSE"] = [0x89],
        ["BININT"] = [(byte)'J', 1, 2, 3, 4],
        ["BININT1"] = [(byte)'K', 1],
        ["BININT2"] = [(byte)'M', 1, 2],
        ["LONG1"] = [0x8A, 2, 1, 2],
        ["LONG1 of nothing"] = [0x8A, 0],
        ["LONG1 of 255 bytes"] = [0x8A, 255, .. new byte[255]],
        ["BINFLOAT"] = [(byte)'G', 0, 0, 0, 0, 0, 0, 0, 0],
        ["BINUNICODE"] = [(byte)'X', 1, 0, 0, 0, (byte)'a'],
        ["BINUNICODE of 5000 letters"] = [(byte)'X', 0x88, 0x13, 0, 0, .. new byte[5000]],
        ["SHORT_BINSTRING"] = [(byte)'U', 1, (byte)'a'],
        ["EMPTY_DICT"] = "}"u8.ToArray(),
        ["EMPTY_LIST"] = "]"u8.ToArray(),
        ["EMPTY_TUPLE"] = ")"u8.ToArray(),
        ["EMPTY_SET"] = [0x8F],
        ["APPEND"] = "]Na"u8.ToArray(),
        ["MARK and APPENDS"] = "](NNe"u8.ToArray(),
        ["SETITEM"] = "}K\x01Ns"u8.ToArray(),
        ["SETITEMS"] = "}(K\x01NK\x02Nu"u8.ToArray(),
        ["TUPLE"] = "(NNNNt"u8.ToArray(),
        ["TUPLE1"] = [(byte)'N', 0x85],
        ["TUPLE2"] = [(byte)'N', (byte)'N', 0x86],
        ["TUPLE3"] = [(byte)'N', (byte)'N', (byte)'N', 0x87],
        ["BINPUT and BINGET"] = [(byte)'N', (byte)'q', 5, (byte)'h', 5, 0x86],
        ["LONG_BINPUT and LONG_BINGET"] = [(byte)'N', (byte)'r', 1, 2, 3, 4, (byte)'j', 1, 2, 3, 4, 0x86],
        ["GLOBAL and REDUCE: OrderedDict"] = "ccollections\nOrderedDict\n)R"u8.ToArray(),
        ["OrderedDict of pairs"] = [.. "ccollections\nOrderedDict\n](K\x01K\x02ta"u8, 0x85, (byte)'R'],
        ["NEWOBJ: OrderedDict"] = [.. "ccollections\nOrderedDict\n)"u8, 0x81],
        ["BUILD: attributes of an OrderedDict"] = "ccollections\nOrderedDict\n)R}b"u8.ToArray(),
        ["Counter of a dictionary"] = [.. "ccollections\nCounter\n}"u8, 0x85, (byte)'R'],
        ["torch.Size"] = [.. "ctorch\nSize\n)"u8, 0x85, (byte)'R'],
        ["torch.device"] = [.. "ctorch\ndevice\nX\x03\0\0\0cpu"u8, 0x85, (byte)'R'],
        ["a dtype"] = "ctorch\nfloat8_e4m3fn\n"u8.ToArray(),
        ["an untyped storage class"] = "ctorch.storage\nUntypedStorage\n"u8.ToArray(),
        ["_codecs.encode"] = [.. "c_codecs\nencode\nX\x01\0\0\0aX\x06\0\0\0latin1"u8, 0x86, (byte)'R'],
    };

    private static readonly string[] Globals =
    [
        "os.system", "posix.system", "nt.system", "subprocess.Popen", "builtins.eval", "builtins.exec",
        "builtins.getattr", "builtins.__import__", "builtins.open", "builtins.dict", "__builtin__.eval",
        "importlib.import_module", "runpy._run_code", "pty.spawn", "socket.socket", "webbrowser.open",
        "operator.attrgetter", "functools.partial", "types.FunctionType", "marshal.loads", "pickle.loads", "numpy.load",
        "numpy.core.multiarray._reconstruct", "torch.load", "torch.jit.load", "torch.hub.load", "torch.nn.Linear",
        "torch.Tensor",
        "torch._utils._rebuild_tensor", "torch._utils._rebuild_tensor_v3", "torch.utils._import_dotted_name",
        "collections.namedtuple",  "torch.storage._load_from_bytes", "_codecs.decode", "copyreg._reconstructor",
    ];

    public static TheoryData<string> AcceptedCases => [.. Accepted.Keys];

    public static TheoryData<string> RefusedGlobals => [.. Globals];

    [Theory]
    [MemberData(nameof(AcceptedCases))]
    public void Each_allowed_opcode_and_global_is_read(string name)
    {
        // Beside the value stands a tensor, so that a value that swallowed it would show.
        var before = Pickle(p => p.Op(PickleOpcode.EmptyList).Op(PickleOpcode.Mark).Tensor())[2..^1];
        using var file = Checkpoint.Open(Of(Raw([.. before, .. Accepted[name], (byte)'e', (byte)'.'])), "memory");
        Assert.Equal(["0"], file.Tensors.Keys);
    }

    [Fact]
    public void Every_other_opcode_is_refused()
    {
        var allowed = "().NGJKMQRUX]abcehjqrstu}"u8.ToArray().Concat(
            new byte[] { 0x80, 0x81, 0x85, 0x86, 0x87, 0x88, 0x89, 0x8A, 0x8F }).ToHashSet();
        Assert.Equal(34, allowed.Count);
        for (var opcode = 0; opcode < 256; opcode++)
        {
            if (!allowed.Contains((byte)opcode))
            {
                var error = Assert.Throws<CheckpointException>(
                    () => Checkpoint.Open(Of(Raw((byte)'N', (byte)opcode, (byte)'.')), "memory"));
                Assert.Contains($"0x{opcode:X2}", error.Reason);
            }
        }
    }

    [Theory]
    [MemberData(nameof(RefusedGlobals))]
    public void A_global_that_is_not_on_the_list_is_refused_by_name(string global)
    {
        var dot = global.LastIndexOf('.');
        var (module, name) = (global[..dot], global[(dot + 1)..]);
        var called = Pickle(p => p.Global(module, name).Text("echo").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce));
        Assert.Contains(global, Assert.Throws<CheckpointException>(() => Checkpoint.Open(Of(called), "memory")).Reason);
        var named = Pickle(p => p.Op(PickleOpcode.EmptyList).Global(module, name).Op(PickleOpcode.Append));
        Assert.Contains(global, Assert.Throws<CheckpointException>(() => Checkpoint.Open(Of(named), "memory")).Reason);
    }

    [Fact]
    public void A_dotted_name_does_not_reach_a_global_on_the_list()
    {
        var split = Pickle(p => p.Global("torch", "_utils._rebuild_parameter"));
        Assert.Contains(
            "_utils", Assert.Throws<CheckpointException>(() => Checkpoint.Open(Of(split), "memory")).Reason);
    }

    [Fact]
    public void Views_into_one_storage_are_read_with_their_offsets_and_strides()
    {
        using var scope = NewDisposeScope();
        var pickle = Pickle(p => p.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Mark)
            .Text("whole").Tensor()
            .Text("tail").Tensor(offset: 4, shape: [2])
            .Text("turned").Tensor(shape: [3, 2], strides: [1, 3])
            .Text("odd").Tensor(offset: 1, shape: [3], strides: [2])
            .Text("same").Tensor(shape: [2, 2], strides: [0, 0])
            .Text("none").Tensor(offset: 6, shape: [0])
            .Text("one").Tensor(offset: 5, shape: [], strides: [])
            .Op(PickleOpcode.SetItems));
        using var file = Checkpoint.Open(Of(pickle), "memory");
        Samples.AssertSameBits(tensor(new float[] { 0, 1, 2, 3, 4, 5 }), file.Read("whole"));
        Samples.AssertSameBits(tensor(new float[] { 4, 5 }), file.Read("tail"));
        Samples.AssertSameBits(tensor(new float[] { 0, 3, 1, 4, 2, 5 }).reshape(3, 2), file.Read("turned"));
        Samples.AssertSameBits(tensor(new float[] { 1, 3, 5 }), file.Read("odd"));
        Samples.AssertSameBits(zeros(2, 2), file.Read("same"));
        Samples.AssertSameBits(zeros(0), file.Read("none"));
        Samples.AssertSameBits(tensor(5f), file.Read("one"));
    }

    [Fact]
    public void A_big_endian_archive_is_read()
    {
        using var scope = NewDisposeScope();
        var pickle = Dictionary(p => p.Tensor(shape: [1], storage: s => s.Storage(key: "b", elements: 1)));
        using var file = Checkpoint.Open(
            Of(pickle, ("archive/data/b", [0x3F, 0x80, 0, 0]), ("archive/byteorder", "big"u8.ToArray())), "memory");
        Samples.AssertSameBits(ones(1), file.Read("t"));
    }

    [Fact]
    public void A_deflated_archive_is_read()
    {
        using var scope = NewDisposeScope();
        var values = Enumerable.Range(0, 50_000).Select(i => (float)i).ToArray();
        var pickle = Dictionary(p => p.Tensor(shape: [49_999], offset: 1, storage: s => s.Storage(elements: 50_000)));
        var bytes = Zip(
            System.IO.Compression.CompressionLevel.Optimal, ("a/data.pkl", pickle), ("a/data/0", Floats(values)));
        using var file = Checkpoint.Open(bytes, "memory");
        Samples.AssertSameBits(tensor(values[1..]), file.Read("t"));
        Samples.AssertSameBits(tensor(values[1..]), file.Read("t"));
    }

    [Fact]
    public void The_prefix_of_a_data_parallel_wrapper_is_left_out_when_every_name_has_it()
    {
        var both = Pickle(p => p.Op(PickleOpcode.EmptyDict)
            .Text("module.a").Tensor().Op(PickleOpcode.SetItem)
            .Text("b").Tensor().Op(PickleOpcode.SetItem));
        using var mixed = Checkpoint.Open(Of(both), "memory");
        Assert.Equal(["module.a", "b"], mixed.Tensors.Keys);
        var one = Pickle(p => p.Op(PickleOpcode.EmptyDict).Text("module.a").Tensor().Op(PickleOpcode.SetItem));
        using var wrapped = Checkpoint.Open(Of(one), "memory");
        Assert.Equal(["a"], wrapped.Tensors.Keys);
    }
}
