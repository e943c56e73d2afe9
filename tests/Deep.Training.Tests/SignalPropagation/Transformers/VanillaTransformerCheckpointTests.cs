using Deep.Checkpoints;
using Deep.Training.SignalPropagation;
using Deep.Training.Tests;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class VanillaTransformerCheckpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public static TheoryData<BlockKind> Kinds => [.. Enum.GetValues<BlockKind>()];

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Kinds))]
    public void A_saved_model_comes_back_to_the_bit(BlockKind kind)
    {
        using var scope = NewDisposeScope();
        var file = Path.Combine(folder.Path, "model.safetensors");
        using var model = VanillaTransformer.Create(Small.Text(kind, 3) with { Positions = PositionEncoding.Learned }, seed: 1);
        Small.Disturb(model);
        model.Save(file, new Dictionary<string, string> { ["note"] = "kept" });
        using var loaded = VanillaTransformer.Load(file);
        Assert.Equal(model.Config, loaded.Config);
        Assert.False(loaded.training);
        Assert.True(Bits.Same(model.call(Small.Tokens()), loaded.call(Small.Tokens())));
        using var source = Checkpoint.Open(file);
        Assert.Equal("kept", source.Metadata["note"]);
    }

    [Fact]
    public void A_random_skip_matrix_is_saved_and_an_identity_is_not()
    {
        using var scope = NewDisposeScope();
        var file = Path.Combine(folder.Path, "model.safetensors");
        var config = Small.Text(BlockKind.Sas);
        config = config with { Block = config.Block with { Value = new(ProjectionKind.OrthogonalSkip), FirstValue = new(ProjectionKind.IdentitySkip) } };
        using var model = VanillaTransformer.Create(config, seed: 1);
        model.Save(file);
        using var loaded = VanillaTransformer.Load(file);
        Assert.Contains("blocks.1.attention.value.skip_matrix", loaded.state_dict().Keys);
        Assert.DoesNotContain("blocks.0.attention.value.skip_matrix", loaded.state_dict().Keys);
        Assert.True(Bits.Same(model.call(Small.Tokens()), loaded.call(Small.Tokens())));
        var matrix = model.Blocks[1].Attention.Value!.SkipMatrix!;
        Assert.True(matrix.mm(matrix.t()).allclose(eye(16), 0, 1e-5));
    }

    [Fact]
    public void Half_precision_halves_the_file_and_loads_as_single()
    {
        using var scope = NewDisposeScope();
        var (single, half) = (Path.Combine(folder.Path, "single.safetensors"), Path.Combine(folder.Path, "half.safetensors"));
        using var model = VanillaTransformer.Create(Small.Text(BlockKind.ExponentialSpa, 3), seed: 1);
        model.Save(single);
        model.Save(half, type: ScalarType.Float16);
        Assert.True(new FileInfo(half).Length < 0.65 * new FileInfo(single).Length);
        using var loaded = VanillaTransformer.Load(half);
        Assert.Equal(ScalarType.Float32, loaded.Embedding.Tokens!.dtype);
        Assert.True(model.call(Small.Tokens()).allclose(loaded.call(Small.Tokens()), 0.05, 0.05));
    }

    [Fact]
    public void A_file_without_configuration_or_with_other_tensors_is_refused()
    {
        using var scope = NewDisposeScope();
        var file = Path.Combine(folder.Path, "model.safetensors");
        Checkpoint.Save(file, new Dictionary<string, Tensor> { ["x"] = ones(1) });
        Assert.Throws<CheckpointException>(() => VanillaTransformer.Load(file));
        var config = Small.Text(BlockKind.Plain);
        Checkpoint.Save(file, new Dictionary<string, Tensor> { ["x"] = ones(1) }, new Dictionary<string, string> { [VanillaTransformer.ConfigKey] = config.ToJson() });
        Assert.Throws<CheckpointException>(() => VanillaTransformer.Load(file));
        Checkpoint.Save(file, new Dictionary<string, Tensor> { ["x"] = ones(1) }, new Dictionary<string, string> { [VanillaTransformer.ConfigKey] = "{}" });
        Assert.Throws<ConfigurationException>(() => VanillaTransformer.Load(file));
    }

    [Fact]
    public void Names_and_shapes_are_those_of_the_snapshot()
    {
        var lines = new List<string>();
        void Add(string title, VanillaTransformerConfig config)
        {
            using var model = VanillaTransformer.Create(config, seed: 0);
            lines.Add($"== {title}");
            lines.AddRange(model.state_dict().Select(pair => $"{pair.Key} [{string.Join(",", pair.Value.shape)}]"));
        }

        foreach (var kind in Enum.GetValues<BlockKind>())
        {
            Add(kind.ToString(), Small.Text(kind));
        }

        foreach (var positions in new[] { PositionEncoding.Learned, PositionEncoding.Rotary, PositionEncoding.Alibi, PositionEncoding.T5Bias })
        {
            Add(positions.ToString(), Small.Text(BlockKind.Plain, 1) with { Positions = positions, TiedHead = true });
        }

        Add("Images", Small.Images(BlockKind.ExponentialSpa, 1));
        var snapshot = Path.Combine(Deep.Tests.SharedData.Repository, "tests", "Deep.Training.Tests", "SignalPropagation", "Transformers", "state-dicts.txt");
        if (Environment.GetEnvironmentVariable("DEEP_WRITE_SNAPSHOTS") == "1")
        {
            File.WriteAllLines(snapshot, lines);
        }

        Assert.Equal(File.ReadAllLines(snapshot), lines);
    }
}
