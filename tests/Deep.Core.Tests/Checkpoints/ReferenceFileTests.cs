using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

/// <summary>Files that PyTorch, NumPy, dill and pickle wrote themselves (tests/Corpus).</summary>
public sealed class ReferenceFileTests : CheckpointTest
{
    public static TheoryData<string> HaikuFiles =>
    [
        .. Directory.GetFiles(Corpus("reference"), "haiku_*.pkl")
            .Select(Path.GetFileName).OfType<string>().Where(name => !name.Contains("latin1")),
    ];

    [Fact]
    public void PyTorch_tensors_of_every_type_and_layout_are_read()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", "torch_types.pth"));
        var ramp = arange(24, dtype: ScalarType.Float32);
        AssertTensor(file, "f32", ramp.reshape(2, 3, 4));
        AssertTensor(file, "transposed", ramp.reshape(4, 6).t().contiguous());
        AssertTensor(file, "slice", tensor(new float[] { 3, 5, 7 }));
        AssertTensor(file, "shared", ramp.narrow(0, 12, 12));
        AssertTensor(file, "expanded", full([3, 2], 7f));
        AssertTensor(file, "scalar", tensor(2.5));
        AssertTensor(file, "empty", zeros(0, 3, dtype: ScalarType.Int64));
        AssertTensor(file, "bool", tensor(new[] { true, false, true, true }));
        AssertTensor(file, "i8", tensor(new sbyte[] { -2, -1, 0, 1 }));
        AssertTensor(file, "c64", tensor(new (float, float)[] { (1, 2), (3, -4) }));
        AssertTensor(
            file, "c128", tensor(new[] { new System.Numerics.Complex(1, 2), new System.Numerics.Complex(3, -4) }));
        AssertTensor(file, "parameter", ones(2, 2));
        foreach (var (name, type) in new[]
        {
            ("f16", ScalarType.Float16), ("bf16", ScalarType.BFloat16), ("u8", ScalarType.Byte),
            ("i16", ScalarType.Int16), ("i32", ScalarType.Int32), ("i64", ScalarType.Int64),
        })
        {
            AssertTensor(file, name, arange(4, dtype: type));
        }

        Assert.Equal(18, file.Tensors.Count);
    }

    [Fact]
    public void The_state_dict_of_a_training_checkpoint_is_unwrapped_and_its_scalars_become_metadata()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", "torch_wrapped.pth"));
        Assert.Equal(
            [
                "0.weight", "0.bias", "1.weight", "1.bias", "1.running_mean", "1.running_var", "1.num_batches_tracked",
                "2.weight", "2.bias",
            ],
            file.Tensors.Keys);
        AssertTensor(file, "0.weight", arange(108, dtype: ScalarType.Float32).reshape(4, 3, 3, 3));
        Assert.Equal("3", file.Metadata["epoch"]);
        Assert.Equal("tiny", file.Metadata["arch"]);
        Assert.Equal("0.5", file.Metadata["best"]);
        Assert.Equal("state_dict", file.Metadata["section"]);
    }

    [Fact]
    public void Averaged_weights_go_before_raw_ones()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", "torch_ema.pth"));
        AssertTensor(file, "w", ones(2));
        Assert.Equal("state_dict_ema", file.Metadata["section"]);
        using var raw = Checkpoint.Open(Corpus("reference", "torch_ema.pth"), section: "state_dict");
        AssertTensor(raw, "w", zeros(2));
        Assert.Contains("no section 'x'", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(Corpus("reference", "torch_ema.pth"), section: "x")).Reason);
        Assert.Contains("no sections", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open(Corpus("reference", "haiku_flat.npz"), section: "x")).Reason);
    }

    [Fact]
    public void Lists_count_from_zero_and_a_single_tensor_has_a_name()
    {
        using var scope = NewDisposeScope();
        using var list = Checkpoint.Open(Corpus("reference", "torch_list.pth"));
        Assert.Equal(["0", "1.a"], list.Tensors.Keys);
        using var single = Checkpoint.Open(Corpus("reference", "torch_tensor.pt"));
        AssertTensor(single, "tensor", arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4));
    }

    [Theory]
    [InlineData("numpy_types.npz")]
    [InlineData("numpy_compressed.npz")]
    public void NumPy_arrays_of_every_type_and_order_are_read(string name)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", name));
        var ramp = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4);
        AssertTensor(file, "f4", ramp);
        AssertTensor(file, "fortran", ramp);
        AssertTensor(file, "big", ramp);
        AssertTensor(file, "big8", arange(5, dtype: ScalarType.Int64));
        AssertTensor(
            file, "bigc", tensor(new[] { new System.Numerics.Complex(1, 2), new System.Numerics.Complex(3, -4) }));
        AssertTensor(file, "c8", tensor(new (float, float)[] { (1, 2), (3, -4) }));
        AssertTensor(file, "scalar", tensor(2.5));
        AssertTensor(file, "empty", zeros(0, 3, dtype: ScalarType.Float64));
        AssertTensor(file, "b1", tensor(new[] { true, false, true }));
        AssertTensor(file, "i1", tensor(new sbyte[] { -2, -1, 0, 1 }));
        AssertTensor(file, "f2", arange(4, dtype: ScalarType.Float16));
        Assert.Null(file.Tensors["u2"].Type);
        Assert.Contains("<u2", Assert.Throws<CheckpointException>(() => file.Read("u2")).Message);
        Assert.Contains("<U2", Assert.Throws<CheckpointException>(() => file.Read("text")).Message);
    }

    [Theory]
    [InlineData("numpy_v1.npy")]
    [InlineData("numpy_v2.npy")]
    [InlineData("numpy_v3.npy")]
    public void Each_version_of_the_array_file_is_read(string name)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", name));
        AssertTensor(file, "array", arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4));
    }

    [Theory]
    [MemberData(nameof(HaikuFiles))]
    public void Haiku_parameters_are_read_from_every_protocol_and_mapping(string name)
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", name));
        var ramp = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4);
        AssertTensor(file, "NFNet/~/stem_conv0/w", ramp);
        AssertTensor(file, "NFNet/~/stem_conv0/b", ramp[0]);
        AssertTensor(file, "NFNet/~/linear/w", ramp);
        AssertTensor(file, "NFNet/~/linear/gain", tensor(1.5f));
        AssertTensor(file, "NFNet/~/linear/i", arange(300, dtype: ScalarType.Int32).to(ScalarType.Byte));
        Assert.Equal(5, file.Tensors.Count);
    }

    [Fact]
    public void Long_arrays_that_protocol_2_wrote_as_text_are_read()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", "haiku_latin1_2.pkl"));
        AssertTensor(file, "m/w", arange(6000, dtype: ScalarType.Int32).to(ScalarType.Byte));
    }

    [Fact]
    public void Haiku_parameters_are_read_from_a_true_archive_of_flat_names()
    {
        using var scope = NewDisposeScope();
        using var file = Checkpoint.Open(Corpus("reference", "haiku_flat.npz"));
        AssertTensor(file, "NFNet/~/stem_conv0/w", arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4));
    }

    [Theory]
    [InlineData("torch_os_system.pth", "system")]
    [InlineData("haiku_eval.pkl", "builtins.eval")]
    [InlineData("torch_legacy.pth", "before 1.6")]
    [InlineData("numpy_objects.npy", "|O")]
    public void What_must_not_be_read_is_refused_with_its_reason(string name, string reason)
    {
        var error = Assert.Throws<CheckpointException>(() =>
        {
            using var file = Checkpoint.Open(Corpus("refused", name));
            file.Read("array").Dispose();
        });
        Assert.Contains(reason, error.Reason);
    }

    private static string Corpus(params string[] parts) =>
        Path.Combine([SharedData.Repository, "tests", "Corpus", .. parts]);

    private static void AssertTensor(ICheckpoint file, string name, Tensor expected)
    {
        Samples.AssertSameBits(expected.contiguous(), file.Read(name));
        var destination = zeros_like(expected);
        file.ReadInto(name, destination);
        Samples.AssertSameBits(expected.contiguous(), destination.contiguous());
    }
}
