using Deep.Checkpoints;
using Deep.Checkpoints.Pickle;
using TorchSharp;
using static Deep.Tests.Checkpoints.TorchArchive;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>Pickles of Haiku parameters: what is refused, and what our own look like.</summary>
public sealed class HaikuTests : CheckpointTest
{
    private static readonly string[] Globals =
    [
        "os.system", "posix.system", "builtins.eval", "builtins.exec", "builtins.getattr", "builtins.__import__",
        "subprocess.Popen", "dill._dill._create_function", "dill._dill._create_code", "dill._dill._load_type",
        "dill._dill._import_module", "dill._dill._get_attr", "numpy.load", "numpy.core.multiarray.fromfile",
        "numpy.core.multiarray.frombuffer", "numpy.f2py.compile", "jax.numpy.array", "haiku.transform",
        "haiku._src.data_structures.to_haiku_dict", "collections.Counter", "torch._utils._rebuild_tensor_v2",
        "functools.partial", "operator.methodcaller", "copyreg._reconstructor", "types.CodeType",
    ];

    private static readonly Dictionary<string, (Action<PickleWriter> Body, string Reason)> Hostile = new()
    {
        ["an array without values"] = (p => Empty(p), "without values"),
        ["an array of another class"] = (
            p => p.Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "dtype").Integers([0])
            .Text("b").Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce), "calls"),
        ["too few bytes"] = (p => Array(p, [2], "<f4", new byte[7]), "needs 8 bytes"),
        ["too many bytes"] = (p => Array(p, [2], "<f4", new byte[9]), "needs 8 bytes"),
        ["a negative size"] = (p => Array(p, [-1], "<f4", new byte[4]), "whole numbers"),
        ["a size that overflows"] = (p => Array(p, [1L << 40, 1L << 40], "<f4", new byte[4]), "overflows"),
        ["an unknown type"] = (p => Array(p, [1], "<q4", new byte[4]), "unknown element type"),
        ["objects"] = (p => Array(p, [1], "|O", new byte[4]), "needs 0 bytes"),
        ["an unknown byte order"] = (p => Array(p, [1], "!f4", new byte[4]), "byte order"),
        ["a state given twice"] = (p =>
        {
            Array(p, [1], "<f4", new byte[4]);
            State(p, [1], "<f4", new byte[4]);
        }, "not allowed"),
        ["a state for a dictionary"] = (
            p => p.Op(PickleOpcode.EmptyDict).Op(PickleOpcode.EmptyDict).Op(PickleOpcode.Build), "not allowed"),
        ["a dictionary of text"] = (
            p => p.Global("builtins", "dict").Text("x").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce), "calls"),
        ["a persistent id"] = (p => p.Text("storage").Op(PickleOpcode.BinPersId), "0x51"),
        ["a global of numbers"] = (p => p.Integer(1).Integer(2).Op(PickleOpcode.StackGlobal), "not text"),
        ["bytes longer than the file"] = (p => p.BytesFollow(1L << 40), "ends early"),
        ["bytes of a negative length"] = (p => p.BytesFollow(-1), "ends early"),
        ["text that stands for bytes but holds other letters"] = (
            p => p.Global("_codecs", "encode").Text("Ā").Text("latin1")
            .Op(PickleOpcode.Tuple2).Op(PickleOpcode.Reduce), "calls"),
    };

    public static TheoryData<string> RefusedGlobals => [.. Globals];

    public static TheoryData<string> HostileCases => [.. Hostile.Keys];

    [Theory]
    [MemberData(nameof(RefusedGlobals))]
    public void A_global_that_is_not_on_the_list_is_refused_by_name(string global)
    {
        var dot = global.LastIndexOf('.');
        var (module, name) = (global[..dot], global[(dot + 1)..]);
        var old = Pickle(p => p.Global(module, name).Text("echo").Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce));
        Assert.Contains(global, Assert.Throws<CheckpointException>(() => Checkpoint.Open(old, "memory")).Reason);
        var late = Pickle(
            p => p.Text(module).Text(name).Op(PickleOpcode.StackGlobal)
                .Op(PickleOpcode.EmptyTuple).Op(PickleOpcode.Reduce),
            protocol: 4);
        Assert.Contains(global, Assert.Throws<CheckpointException>(() => Checkpoint.Open(late, "memory")).Reason);
    }

    [Fact]
    public void A_dotted_name_does_not_reach_an_attribute()
    {
        var pickle = Pickle(
            p => p.Text("numpy").Text("core.multiarray._reconstruct").Op(PickleOpcode.StackGlobal), protocol: 4);
        Assert.Contains(
            "attribute", Assert.Throws<CheckpointException>(() => Checkpoint.Open(pickle, "memory")).Reason);
    }

    [Theory]
    [MemberData(nameof(HostileCases))]
    public void A_hostile_pickle_is_refused_with_its_reason(string name)
    {
        var pickle = Pickle(p =>
        {
            p.Op(PickleOpcode.EmptyDict).Text("w");
            Hostile[name].Body(p);
            p.Op(PickleOpcode.SetItem);
        }, protocol: 4);
        Assert.Contains(
            Hostile[name].Reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(pickle, "memory")).Reason);
    }

    [Fact]
    public void Bytes_behind_the_pickle_are_refused()
    {
        var pickle = Pickle(p => p.Op(PickleOpcode.EmptyDict), protocol: 4);
        using (Checkpoint.Open(pickle, "memory"))
        {
        }

        Assert.Contains("1 bytes before", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(pickle.Append((byte)0).ToArray(), "memory")).Reason);
    }

    [Fact]
    public void Every_length_of_a_pickle_but_the_whole_is_refused()
    {
        using var value = ones(2, 3);
        Checkpoint.Save(At("t.pkl"), new Dictionary<string, Tensor> { ["m/~/n/w"] = value, ["m/~/n/b"] = value });
        var whole = File.ReadAllBytes(At("t.pkl"));
        for (var length = 0; length < whole.Length; length++)
        {
            Assert.Throws<CheckpointException>(() => Checkpoint.Open(whole.AsMemory(0, length), "memory"));
        }
    }

    [Fact]
    public void Parameters_of_one_module_are_written_together_under_its_name()
    {
        using var value = ones(1);
        string[] names = ["m/~/a/w", "alone", "m/~/b/w", "m/~/a/b"];
        Checkpoint.Save(At("t.pkl"), names.ToDictionary(name => name, _ => value));
        using var file = Checkpoint.Open(At("t.pkl"));
        Assert.Equal(["m/~/a/w", "m/~/a/b", "alone", "m/~/b/w"], file.Tensors.Keys);
    }

    [Fact]
    public void A_tensor_with_the_name_of_a_module_is_refused_when_written()
    {
        using var value = ones(1);
        var error = Assert.Throws<CheckpointException>(
            () => Checkpoint.Save(At("t.pkl"), new Dictionary<string, Tensor> { ["m"] = value, ["m/w"] = value }));
        Assert.Equal("m/w", error.Tensor);
    }

    private static PickleWriter Empty(PickleWriter pickle) =>
        pickle.Global("numpy.core.multiarray", "_reconstruct").Global("numpy", "ndarray").Integers([0])
        .Global("_codecs", "encode").Text("b").Text("latin1").Op(PickleOpcode.Tuple2).Op(PickleOpcode.Reduce)
        .Op(PickleOpcode.Tuple3).Op(PickleOpcode.Reduce);

    private static void Array(PickleWriter pickle, long[] shape, string type, byte[] values) =>
        State(Empty(pickle), shape, type, values);

    private static void State(PickleWriter pickle, long[] shape, string type, byte[] values)
    {
        pickle.Op(PickleOpcode.Mark).Integer(1).Integers(shape);
        pickle.Global("numpy", "dtype").Text(type[1..]).Op(PickleOpcode.Tuple1).Op(PickleOpcode.Reduce);
        pickle.Op(PickleOpcode.Mark).Integer(3).Text(type[..1]);
        pickle.Op(PickleOpcode.None).Op(PickleOpcode.None).Op(PickleOpcode.None);
        pickle.Integer(-1).Integer(-1).Integer(0).Op(PickleOpcode.Tuple).Op(PickleOpcode.Build);
        pickle.Truth(false).Global("_codecs", "encode")
            .Text(System.Text.Encoding.Latin1.GetString(values)).Text("latin1")
            .Op(PickleOpcode.Tuple2).Op(PickleOpcode.Reduce);
        pickle.Op(PickleOpcode.Tuple).Op(PickleOpcode.Build);
    }
}
