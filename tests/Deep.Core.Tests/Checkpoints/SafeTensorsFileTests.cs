using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

public sealed class SafeTensorsFileTests : CheckpointTest
{
    [Fact]
    public void Tensors_are_written_by_type_then_by_name_with_a_padded_header()
    {
        using var scope = NewDisposeScope();
        var tensors = new Dictionary<string, Tensor>
        {
            ["z"] = zeros(2, dtype: ScalarType.Byte),
            ["b"] = zeros(1),
            ["a"] = zeros(1),
            ["i"] = zeros(1, dtype: ScalarType.Int64),
        };
        Checkpoint.Save(At("order.safetensors"), tensors, new Dictionary<string, string> { ["format"] = "pt" });
        using var file = Checkpoint.Open(At("order.safetensors"));
        Assert.Equal(["i", "a", "b", "z"], file.Tensors.Keys);
        Assert.Equal("pt", Assert.Single(file.Metadata).Value);
        var bytes = File.ReadAllBytes(At("order.safetensors"));
        Assert.Equal(0, BitConverter.ToInt64(bytes) % 8);
        Assert.StartsWith(
            "{\"__metadata__\":{\"format\":\"pt\"},\"i\":{\"dtype\":\"I64\",\"shape\":[1],\"data_offsets\":[0,8]}",
            System.Text.Encoding.UTF8.GetString(bytes, 8, 100));
    }

    [Fact]
    public void A_type_that_the_format_lacks_is_refused_by_name_and_nothing_is_written()
    {
        using var scope = NewDisposeScope();
        var error = Assert.Throws<CheckpointException>(() => Checkpoint.Save(
            At("c.safetensors"),
            new Dictionary<string, Tensor> { ["t"] = zeros(1, dtype: ScalarType.ComplexFloat64) }));
        Assert.Equal("t", error.Tensor);
        Assert.Empty(Directory.GetFiles(Path.GetDirectoryName(At("c"))!));
    }

    [Fact]
    public void Strided_tensors_are_written_in_reading_order()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(24, dtype: ScalarType.Float32).reshape(2, 3, 4).permute(2, 0, 1);
        Checkpoint.Save(At("strided.safetensors"), new Dictionary<string, Tensor> { ["t"] = tensor });
        using var file = Checkpoint.Open(At("strided.safetensors"));
        Samples.AssertSameBits(tensor.contiguous(), file.Read("t"));
    }

    [Fact]
    public void Reading_into_a_tensor_converts_and_keeps_its_strides()
    {
        using var scope = NewDisposeScope();
        var tensor = arange(24, dtype: ScalarType.BFloat16).reshape(2, 3, 4);
        Checkpoint.Save(At("into.safetensors"), new Dictionary<string, Tensor> { ["t"] = tensor });
        using var file = Checkpoint.Open(At("into.safetensors"));
        var wide = zeros(2, 3, 4);
        file.ReadInto("t", wide);
        Samples.AssertSameBits(tensor.to(ScalarType.Float32), wide);
        var strided = zeros(4, 2, 3).permute(1, 2, 0);
        file.ReadInto("t", strided);
        Samples.AssertSameBits(tensor.to(ScalarType.Float32), strided.contiguous());
        var parameter = new TorchSharp.Modules.Parameter(zeros(2, 3, 4));
        file.ReadInto("t", parameter);
        Samples.AssertSameBits(wide, parameter.detach());
        Assert.True(parameter.requires_grad);
    }

    [Fact]
    public void Reading_into_the_wrong_shape_or_a_narrower_type_is_refused()
    {
        using var scope = NewDisposeScope();
        Checkpoint.Save(At("misfit.safetensors"), new Dictionary<string, Tensor> { ["t"] = zeros(2, 3) });
        using var file = Checkpoint.Open(At("misfit.safetensors"));
        Assert.Contains("[2, 3]", Assert.Throws<CheckpointException>(() => file.ReadInto("t", zeros(3, 2))).Reason);
        Assert.Contains("Float32", Assert.Throws<CheckpointException>(
            () => file.ReadInto("t", zeros(2, 3, dtype: ScalarType.Int32))).Reason);
        Assert.Equal("u", Assert.Throws<CheckpointException>(() => file.Read("u")).Tensor);
    }

    [Fact]
    public void A_file_can_be_overwritten_while_it_is_open()
    {
        using var scope = NewDisposeScope();
        var first = ones(100_000);
        Checkpoint.Save(At("self.safetensors"), new Dictionary<string, Tensor> { ["t"] = first });
        using var file = Checkpoint.Open(At("self.safetensors"));
        Checkpoint.Save(At("self.safetensors"), new Dictionary<string, Tensor> { ["t"] = zeros(10) });
        Samples.AssertSameBits(first, file.Read("t"));
        using var second = Checkpoint.Open(At("self.safetensors"));
        Assert.Equal([10L], second.Tensors["t"].Shape);
    }
}
