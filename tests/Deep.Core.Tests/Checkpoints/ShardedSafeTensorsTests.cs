using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

public sealed class ShardedSafeTensorsTests : CheckpointTest
{
    [Fact]
    public void A_model_in_several_files_is_read_as_one()
    {
        using var scope = NewDisposeScope();
        Save("model-1.safetensors", "a", ones(3));
        Save("model-2.safetensors", "b", zeros(2, 2));
        var path = Index(
            """{"metadata":{"total_size":28},"weight_map":{"b":"model-2.safetensors","a":"model-1.safetensors"}}""");
        using var file = Checkpoint.Open(path);
        Assert.Equal(["b", "a"], file.Tensors.Keys);
        Assert.Equal("28", file.Metadata["total_size"]);
        Samples.AssertSameBits(ones(3), file.Read("a"));
        var target = ones(2, 2);
        file.ReadInto("b", target);
        Samples.AssertSameBits(zeros(2, 2), target);
    }

    [Theory]
    [InlineData("../model-1.safetensors")]
    [InlineData("/etc/passwd")]
    [InlineData("folder/model-1.safetensors")]
    [InlineData("C:model-1.safetensors")]
    [InlineData("..\\\\model-1.safetensors")]
    [InlineData("..")]
    [InlineData("")]
    public void A_shard_outside_the_index_s_own_folder_is_refused(string file)
    {
        var path = Index("{\"weight_map\":{\"a\":\"" + file + "\"}}");
        Assert.Contains("plain name", Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Reason);
    }

    [Theory]
    [InlineData("{}", "weight_map")]
    [InlineData("""{"weight_map":[]}""", "object")]
    [InlineData("""{"weight_map":{"a":1}}""", "file name")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors","a":"model-1.safetensors"}}""", "twice")]
    [InlineData("""{"weight_map":{},"weight_map":{}}""", "twice")]
    [InlineData("""{"weight_map":{"a":"model-1.safetensors"}""", "JSON")]
    [InlineData("""{"weight_map":{"a":"missing.safetensors"}}""", "no such file")]
    [InlineData("""{"weight_map":{"c":"model-1.safetensors"}}""", "model-1.safetensors")]
    [InlineData("""{"weight_map":{"a":"bad.safetensors"}}""", "at least 8 bytes")]
    public void A_wrong_index_is_refused_with_its_reason(string json, string reason)
    {
        using var scope = NewDisposeScope();
        Save("model-1.safetensors", "a", ones(3));
        File.WriteAllBytes(At("bad.safetensors"), [1]);
        var path = Index(json);
        Assert.Contains(reason, Assert.Throws<CheckpointException>(() => Checkpoint.Open(path)).Message);
    }

    [Fact]
    public void An_index_in_memory_is_refused()
    {
        Assert.Contains("by path", Assert.Throws<CheckpointException>(
            () => Checkpoint.Open("""{"weight_map":{}}"""u8.ToArray(), "memory")).Reason);
    }

    private void Save(string file, string name, Tensor tensor) =>
        Checkpoint.Save(At(file), new Dictionary<string, Tensor> { [name] = tensor });

    private string Index(string json)
    {
        var path = At("model.safetensors.index.json");
        File.WriteAllText(path, json);
        return path;
    }
}
