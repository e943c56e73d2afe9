using Deep.Tensors;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Training.Tests.SignalPropagation;

public sealed class AttendTests : IDisposable
{
    private readonly Generator generator = new(5, CPU);

    public void Dispose() => generator.Dispose();

    public static TheoryData<string> Kinds => new("E-SPA", "U-SPA", "plain", "E-SPA bidirectional", "U-SPA bidirectional", "column-normalized");

    [Theory]
    [MemberData(nameof(Kinds))]
    public void At_zero_logits_the_output_is_A_times_the_values(string kind)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(kind, 20);
        var zero = zeros([1, 1, 20, 4], ScalarType.Float64);
        var value = Random(1, 1, 20, 3);
        var expected = TestKernels.Matrix(layer, 20).mm(value[0, 0]);
        Assert.True(layer.Attend(zero, zero, value, 0)[0, 0].allclose(expected, rtol: 1e-10, atol: 1e-12));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Blocks_of_queries_give_what_one_matrix_gives_and_its_gradients(string kind)
    {
        using var scope = NewDisposeScope();
        var layer = Layer(kind, 300);
        Tensor[] inputs = [Random(2, 2, 300, 8), Random(2, 2, 300, 8), Random(2, 2, 300, 8)];
        var logits = Random(2, 1, 300);
        var direction = Random(2, 2, 300, 8);
        var (blocked, plain) = (Gradients(layer.Attend), Gradients((q, k, v, first, d, l) => TestKernels.PlainAttend(layer, q, k, v, first, d, l)));
        foreach (var (ours, theirs) in blocked.Zip(plain))
        {
            Assert.True(ours.allclose(theirs, rtol: 1e-9, atol: 1e-11), $"{(ours - theirs).abs().max().item<double>():G3}");
        }

        Tensor[] Gradients(Func<Tensor, Tensor, Tensor, long, Tensor?, Tensor?, Tensor> attend)
        {
            var leaves = inputs.Select(x => x.detach().clone().requires_grad_()).ToArray();
            var y = attend(leaves[0], leaves[1], leaves[2], 0, null, logits);
            (y * direction).sum().backward();
            return [y.detach(), .. leaves.Select(leaf => leaf.grad!)];
        }
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Without_gradients_the_products_of_our_own_give_the_same(string kind)
    {
        using var scope = NewDisposeScope();
        foreach (var length in new[] { 64, 255, 256, 257, 600 })
        {
            var layer = Layer(kind, length);
            var (query, key, value) = (Random(2, 2, length, 16), Random(2, 2, length, 16), Random(2, 2, length, 8));
            var expected = TestKernels.PlainAttend(layer, query, key, value, 0, null, null).to(ScalarType.Float32);
            Tensor[] narrow = [query.to(ScalarType.Float32), key.to(ScalarType.Float32), value.to(ScalarType.Float32)];
            using var mode = no_grad();
            var found = layer.Attend(narrow[0], narrow[1], narrow[2], 0);
            Assert.True(found.allclose(expected, rtol: 1e-4, atol: 1e-5), $"{length}: {(found - expected).abs().max().item<float>():G3}");
            if (layer.IsCausal && layer.Length is null)
            {
                var middle = layer.Attend(narrow[0].narrow(2, length / 4, length / 2), narrow[1], narrow[2], length / 4);
                Assert.True(middle.allclose(expected.narrow(2, length / 4, length / 2), rtol: 1e-4, atol: 1e-5));
            }
        }
    }

    [Fact]
    public void Queries_in_the_middle_see_the_keys_up_to_their_own_position()
    {
        using var scope = NewDisposeScope();
        foreach (var kind in new[] { "E-SPA", "U-SPA", "plain" })
        {
            var layer = Layer(kind, 40);
            var (query, key, value) = (Random(1, 2, 40, 8), Random(1, 2, 40, 8), Random(1, 2, 40, 8));
            var whole = layer.Attend(query, key, value, 0);
            var part = layer.Attend(query.narrow(2, 30, 4), key.narrow(2, 0, 34), value.narrow(2, 0, 34), 30);
            Assert.True(part.allclose(whole.narrow(2, 30, 4), rtol: 1e-10, atol: 1e-12));
            var one = layer.Attend(query.narrow(2, 39, 1), key, value, 39);
            Assert.True(one.allclose(whole.narrow(2, 39, 1), rtol: 1e-10, atol: 1e-12));
        }
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Logits_of_any_broadcastable_shape_are_added_and_a_given_rescaling_replaces_D(long heads)
    {
        using var scope = NewDisposeScope();
        var layer = Layer("E-SPA", 300);
        var (query, key, value) = (Random(1, 2, 300, 4), Random(1, 2, 300, 4), Random(1, 2, 300, 4));
        var rescale = Random(300).abs();
        foreach (var logits in new[] { Random(heads, 300, 300), Random(heads, 300, 1), Random(heads, 1, 300), Random(300, 300), Random(300), Random(2, 1, 1) })
        {
            var expected = TestKernels.PlainAttend(layer, query, key, value, 0, rescale, logits);
            Assert.True(layer.Attend(query, key, value, 0, rescale, logits).allclose(expected, rtol: 1e-9, atol: 1e-11), Shapes.Format(logits.shape));
        }
    }

    [Fact]
    public void Trained_logits_get_their_gradient()
    {
        using var scope = NewDisposeScope();
        var layer = Layer("E-SPA", 12);
        var (query, key, value) = (Random(1, 2, 12, 4), Random(1, 2, 12, 4), Random(1, 2, 12, 4));
        var (ours, theirs) = (zeros([2, 12, 12], ScalarType.Float64).requires_grad_(), zeros([2, 12, 12], ScalarType.Float64).requires_grad_());
        layer.Attend(query, key, value, 0, logits: ours).pow(2).sum().backward();
        TestKernels.PlainAttend(layer, query, key, value, 0, logits: theirs).pow(2).sum().backward();
        Assert.True(ours.grad!.allclose(theirs.grad!, rtol: 1e-9, atol: 1e-12));
    }

    [Fact]
    public void Sixteen_bits_come_near_the_32_bit_result_over_a_long_distance()
    {
        using var scope = NewDisposeScope();
        var layer = Layer("E-SPA", 600);
        var (query, key, value) = (Random(1, 1, 600, 8).to(ScalarType.Float32), Random(1, 1, 600, 8).to(ScalarType.Float32), Random(1, 1, 600, 8).to(ScalarType.Float32));
        var narrow = layer.Attend(query.bfloat16(), key.bfloat16(), value.bfloat16(), 0);
        Assert.Equal(ScalarType.BFloat16, narrow.dtype);
        var distance = (narrow.to(ScalarType.Float32) - layer.Attend(query, key, value, 0)).abs().max().item<float>();
        Assert.InRange(distance, 0, 0.03);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Nothing_stays_alive(string kind)
    {
        var layer = Layer(kind, 270);
        using var query = Random(1, 2, 270, 4).DetachFromDisposeScope();
        var live = new LiveTensors();
        layer.Attend(query, query, query, 0).Dispose();
        layer.Bias(0, 270, 270, ScalarType.Float32, CPU).Dispose();
        layer.RowSums(0, 270, ScalarType.Float32, CPU).Dispose();
        layer.Matrix(270);
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void What_does_not_fit_together_is_refused()
    {
        using var scope = NewDisposeScope();
        var layer = Layer("E-SPA", 8);
        var x = Random(1, 2, 8, 4);
        Assert.Throws<ShapeException>(() => layer.Attend(x[0], x, x, 0));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x.narrow(2, 0, 7), x.narrow(2, 0, 7), 0));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x, x, 1));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x, x, -1));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x.to(ScalarType.Float32), x, 0));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x, x, 0, rescale: ones(7, ScalarType.Float64)));
        Assert.Throws<ShapeException>(() => layer.Attend(x, x, x, 0, logits: zeros([3, 8, 8], ScalarType.Float64)));
        Assert.Throws<ShapeException>(() => layer.Attend(x.to(ScalarType.Int64), x, x, 0));
    }

    private static SpaLayer Layer(string kind, int length) => kind switch
    {
        "E-SPA" => SpaSchedule.Exponential(4, 0.05)[2],
        "U-SPA" => SpaSchedule.Uniform(4, 0.8)[2],
        "plain" => new PlainAttention(),
        "E-SPA bidirectional" => SpaSchedule.Exponential(4, 0.05, causal: false, length)[2],
        "U-SPA bidirectional" => SpaSchedule.Uniform(4, 0.8, causal: false, length)[2],
        _ => SpaSchedule.ColumnNormalized(4, 0.05, length)[2],
    };

    private Tensor Random(params long[] shape) => randn(shape, ScalarType.Float64, generator: generator);
}
