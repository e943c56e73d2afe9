using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Checkpoints;

public sealed class NameMapTests : CheckpointTest
{
    private static readonly NameMap Map = new(
    [
        new("net/conv/w", "conv.weight", TensorTransform.ConvolutionFromHwio),
        new("net/conv/gain", "conv.gain", TensorTransform.GainFromVector),
        new("net/se/w", "se.weight", TensorTransform.PointwiseFromIo),
        new("net/fc/w", "fc.weight", TensorTransform.LinearFromIo),
        new("net/fc/b", "fc.bias"),
        new("net/steps", null),
    ]);

    [Fact]
    public void Names_and_layouts_are_mapped_both_ways()
    {
        using var scope = NewDisposeScope();
        var theirs = Theirs();
        Checkpoint.Save(At("t.npz"), theirs);
        using var file = Checkpoint.Open(At("t.npz"));
        var ours = Ours();
        var report = Map.Load(file, ours);
        Assert.Equal("5 loaded, 0 missing, 0 unexpected, 1 dropped", report.ToString());
        Assert.True(report.Complete);
        Assert.Equal(["net/steps"], report.Dropped);
        Assert.Equal(theirs["net/conv/w"][1, 0, 2, 3].item<float>(), ours["conv.weight"][3, 2, 1, 0].item<float>());
        Assert.Equal(theirs["net/se/w"][1, 2].item<float>(), ours["se.weight"][2, 1, 0, 0].item<float>());
        Assert.Equal(theirs["net/conv/gain"][3].item<float>(), ours["conv.gain"][3, 0, 0, 0].item<float>());

        var exported = Map.Export(ours);
        Assert.Equal(theirs.Keys.Where(name => name != "net/steps").Order(), exported.Keys.Order());
        foreach (var (name, tensor) in exported)
        {
            Samples.AssertSameBits(theirs[name], tensor.contiguous());
        }
    }

    [Fact]
    public void Parts_of_one_matrix_go_to_several_of_ours_and_come_together_again()
    {
        using var scope = NewDisposeScope();
        var map = new NameMap([
            new("kv", "key", TensorTransform.RowsOf(0, 2)),
            new("kv", "value", TensorTransform.RowsOf(1, 2)),
            new("kv", "tied", TensorTransform.RowsOf(0, 2)),
            new("mean", "mean", TensorTransform.VectorFromNhwc),
        ]);
        var theirs = new Dictionary<string, Tensor>
        {
            ["kv"] = arange(12, dtype: ScalarType.Float32).reshape(4, 3),
            ["mean"] = arange(5, dtype: ScalarType.Float32).reshape(1, 1, 1, 5),
        };
        Checkpoint.Save(At("t.npz"), theirs);
        using var file = Checkpoint.Open(At("t.npz"));
        var ours = new Dictionary<string, Tensor>
        {
            ["key"] = zeros(2, 3),
            ["value"] = zeros(2, 3),
            ["tied"] = zeros(2, 3),
            ["mean"] = zeros(5),
        };
        Assert.True(map.Load(file, ours).Complete);
        Assert.Equal([0f, 1, 2, 3, 4, 5], ours["key"].data<float>().ToArray());
        Assert.Equal([6f, 7, 8, 9, 10, 11], ours["value"].data<float>().ToArray());
        Assert.Equal([0f, 1, 2, 3, 4, 5], ours["tied"].data<float>().ToArray());
        var exported = map.Export(ours);
        Assert.Equal(theirs.Keys, exported.Keys);
        Samples.AssertSameBits(theirs["kv"], exported["kv"].contiguous());
        Samples.AssertSameBits(theirs["mean"], exported["mean"].contiguous());
        ours.Remove("value");
        Assert.Contains("all 2 parts of 'kv'", Assert.Throws<ConfigurationException>(() => map.Export(ours)).Message,
            StringComparison.Ordinal);
        ours["value"] = zeros(2, 4);
        Assert.Contains("[4, 3] for value [2, 4]", Assert.Throws<CheckpointException>(() => map.Load(file, ours)).Message,
            StringComparison.Ordinal);
        Assert.Null(TensorTransform.RowsOf(0, 3).ApplyToShape([4, 3]));
        Assert.Null(TensorTransform.VectorFromNhwc.ApplyToShape([1, 2, 1, 5]));
        Assert.Throws<ConfigurationException>(() => TensorTransform.RowsOf(2, 2));
        Assert.NotEqual(TensorTransform.RowsOf(0, 2), TensorTransform.RowsOf(1, 2));
    }

    [Fact]
    public void All_differences_stand_in_one_message_and_nothing_is_changed()
    {
        using var scope = NewDisposeScope();
        var theirs = Theirs();
        theirs.Remove("net/fc/b");
        theirs["net/fc/w"] = zeros(5, 5);
        theirs["net/conv/w"] = zeros(5);
        theirs["net/se/w"] = zeros(3, 4, dtype: ScalarType.ComplexFloat32);
        theirs["net/extra1"] = zeros(1);
        theirs["net/extra2"] = zeros(1);
        Checkpoint.Save(At("t.npz"), theirs);
        using var file = Checkpoint.Open(At("t.npz"));
        var ours = Ours();
        ours["other.weight"] = full([2], 7f);
        var before = ours.ToDictionary(pair => pair.Key, pair => pair.Value.bytes.ToArray());
        var error = Assert.Throws<CheckpointException>(() => Map.Load(file, ours));
        foreach (var part in new[]
        {
            "2 missing: fc.bias, other.weight", "2 unexpected: net/extra1, net/extra2", "3 of the wrong shape or type",
            "net/fc/w [5, 5] for fc.weight [6, 3] after [I,O] to [O,I]", "net/conv/w [5] for conv.weight [4, 3, 2, 2]",
            "net/se/w <c8 for se.weight Float32",
        })
        {
            Assert.Contains(part, error.Message);
        }

        Assert.All(ours, pair => Assert.True(before[pair.Key].AsSpan().SequenceEqual(pair.Value.bytes)));
    }

    [Fact]
    public void Loose_loading_reports_what_strict_loading_refuses()
    {
        using var scope = NewDisposeScope();
        var theirs = Theirs();
        theirs.Remove("net/fc/b");
        theirs["net/extra"] = zeros(1);
        Checkpoint.Save(At("t.npz"), theirs);
        using var file = Checkpoint.Open(At("t.npz"));
        var report = Map.Load(file, Ours(), strict: false);
        Assert.Equal(["fc.bias"], report.Missing);
        Assert.Equal(["net/extra"], report.Unexpected);
        Assert.False(report.Complete);
        theirs["net/fc/w"] = zeros(5, 5);
        Checkpoint.Save(At("u.npz"), theirs);
        using var misfit = Checkpoint.Open(At("u.npz"));
        Assert.Throws<CheckpointException>(() => Map.Load(misfit, Ours(), strict: false));
    }

    [Fact]
    public void A_line_for_a_name_that_the_model_lacks_makes_theirs_unexpected()
    {
        using var scope = NewDisposeScope();
        Checkpoint.Save(At("t.npz"), Theirs());
        using var file = Checkpoint.Open(At("t.npz"));
        var ours = Ours();
        ours.Remove("fc.bias");
        Assert.Contains(
            "1 unexpected: net/fc/b", Assert.Throws<CheckpointException>(() => Map.Load(file, ours)).Message);
    }

    [Fact]
    public void Tied_weights_are_filled_from_one_tensor_and_exported_once()
    {
        using var scope = NewDisposeScope();
        var map = new NameMap([new("embed", "input.weight"), new("embed", "output.weight")]);
        Checkpoint.Save(At("t.npz"), new Dictionary<string, Tensor> { ["embed"] = ones(2) });
        using var file = Checkpoint.Open(At("t.npz"));
        var ours = new Dictionary<string, Tensor> { ["input.weight"] = zeros(2), ["output.weight"] = zeros(2) };
        map.Load(file, ours);
        Assert.All(ours.Values, tensor => Samples.AssertSameBits(ones(2), tensor));
        Assert.Equal(["embed"], map.Export(ours).Keys);
    }

    [Fact]
    public void A_contradictory_map_is_refused_when_it_is_made()
    {
        Assert.Throws<ConfigurationException>(() => new NameMap([new("a", "x"), new("b", "x")]));
        Assert.Throws<ConfigurationException>(() => new NameMap([new("a", "x"), new("a", null)]));
    }

    [Fact]
    public void Exporting_what_the_map_does_not_know_is_refused()
    {
        using var scope = NewDisposeScope();
        var ours = Ours();
        ours["more"] = zeros(1);
        Assert.Contains("more", Assert.Throws<ConfigurationException>(() => Map.Export(ours)).Message);
        ours.Remove("more");
        ours["conv.gain"] = zeros(4, 2, 1, 1);
        Assert.Contains("conv.gain", Assert.Throws<ConfigurationException>(() => Map.Export(ours)).Message);
    }

    [Fact]
    public void Every_transform_is_undone_by_its_inverse()
    {
        using var scope = NewDisposeScope();
        foreach (var (transform, shape, expected) in new (TensorTransform, long[], long[])[]
        {
            (TensorTransform.Identity, [2, 3], [2, 3]),
            (TensorTransform.ConvolutionFromHwio, [2, 3, 4, 5], [5, 4, 2, 3]),
            (TensorTransform.ConvolutionFromWio, [2, 3, 4], [4, 3, 2]),
            (TensorTransform.ConvolutionFromDhwio, [2, 3, 4, 5, 6], [6, 5, 2, 3, 4]),
            (TensorTransform.LinearFromIo, [2, 3], [3, 2]),
            (TensorTransform.PointwiseFromIo, [2, 3], [3, 2, 1, 1]),
            (TensorTransform.GainFromVector, [2], [2, 1, 1, 1]),
            (TensorTransform.Of("cycle", [1, 2, 0], 1), [2, 3, 4], [3, 4, 2, 1]),
        })
        {
            var elements = shape.Aggregate(1L, (product, size) => product * size);
            var theirs = arange(elements + 1, dtype: ScalarType.Float32).narrow(0, 1, elements).reshape(shape);
            var ours = transform.Apply(theirs);
            Assert.Equal(expected, ours.shape);
            Assert.Equal(expected, transform.ApplyToShape(shape));
            Assert.Equal(shape, transform.InvertShape(expected));
            Samples.AssertSameBits(theirs.contiguous(), transform.Invert(ours).contiguous());
            Samples.AssertSameBits(theirs.contiguous(), transform.Invert(ours.contiguous()).contiguous());
        }
    }

    [Fact]
    public void A_transform_is_known_by_what_it_does()
    {
        Assert.Equal(TensorTransform.LinearFromIo, TensorTransform.Of("swap", [1, 0]));
        Assert.NotEqual(TensorTransform.LinearFromIo, TensorTransform.PointwiseFromIo);
        Assert.Throws<ConfigurationException>(() => TensorTransform.Of("twice", [0, 0]));
        Assert.Null(TensorTransform.LinearFromIo.ApplyToShape([1, 2, 3]));
        using var cube = zeros(1, 2, 3);
        Assert.Throws<ShapeException>(() => TensorTransform.LinearFromIo.Apply(cube));
        Assert.Throws<ShapeException>(() => TensorTransform.PointwiseFromIo.Invert(cube));
        Assert.Null(TensorTransform.PointwiseFromIo.InvertShape([1, 2, 3, 1]));
    }

    private static Dictionary<string, Tensor> Theirs() => new()
    {
        ["net/conv/w"] = arange(48).reshape(2, 2, 3, 4).to(ScalarType.Float32),
        ["net/conv/gain"] = arange(4).to(ScalarType.Float32),
        ["net/se/w"] = arange(12).reshape(3, 4).to(ScalarType.Float32),
        ["net/fc/w"] = arange(18).reshape(3, 6).to(ScalarType.Float32),
        ["net/fc/b"] = arange(6).to(ScalarType.Float32),
        ["net/steps"] = zeros(1),
    };

    private static Dictionary<string, Tensor> Ours() => new()
    {
        ["conv.weight"] = ones(4, 3, 2, 2),
        ["conv.gain"] = ones(4, 1, 1, 1),
        ["se.weight"] = ones(4, 3, 1, 1),
        ["fc.weight"] = ones(6, 3),
        ["fc.bias"] = ones(6),
    };
}
