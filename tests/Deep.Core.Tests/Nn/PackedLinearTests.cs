using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Tests.Nn;

public class PackedLinearTests
{
    [Theory]
    [InlineData(FusedActivation.None)]
    [InlineData(FusedActivation.Relu)]
    [InlineData(FusedActivation.Gelu)]
    [InlineData(FusedActivation.GeluTanh)]
    [InlineData(FusedActivation.Silu)]
    [InlineData(FusedActivation.Sigmoid)]
    [InlineData(FusedActivation.Tanh)]
    public void The_fast_layer_equals_the_plain_one(FusedActivation activation)
    {
        using var scope = NewDisposeScope();
        var (weight, bias) = (randn(20, 33), randn(20));
        using var fast = new PackedLinear(weight, bias, activation);
        using var plain = new PackedLinear(weight, bias, activation, Precision.Float32, mayFuse: false);
        foreach (var shape in new long[][] { [1, 33], [7, 33], [2, 3, 33], [33], [0, 33] })
        {
            var x = randn(shape);
            var (found, expected) = (fast.Forward(x), plain.Forward(x));
            Assert.Equal(expected.shape, found.shape);
            Assert.True(found.allclose(expected, 1e-4, 1e-5));
        }
    }

    [Theory]
    [InlineData(37)]
    [InlineData(64)]
    [InlineData(72)]
    [InlineData(128)]
    [InlineData(322)]
    public void Any_number_of_outputs_is_right(int outputs)
    {
        using var scope = NewDisposeScope();
        foreach (var rows in new[] { 1, 18, 300 })
        {
            var (weight, bias, x) = (randn(outputs, 24), randn(outputs), randn(rows, 24));
            using var fast = new PackedLinear(weight, bias);
            var expected = nn.functional.linear(x, weight, bias);
            Assert.True(fast.Forward(x).allclose(expected, 1e-4, 1e-5));
            Assert.True(fast.ForwardPlus(x, expected).allclose(expected.Times(2), 1e-4, 1e-5));
        }
    }

    [Fact]
    public void A_residual_is_added_in_the_same_pass()
    {
        using var scope = NewDisposeScope();
        var (weight, bias, x, other) = (randn(20, 33), randn(20), randn(2, 3, 33), randn(2, 3, 20));
        using var fast = new PackedLinear(weight, bias);
        using var plain = new PackedLinear(weight, bias, FusedActivation.None, Precision.Float32, mayFuse: false);
        var kept = other.clone();
        Assert.True(fast.ForwardPlus(x, other).allclose(plain.ForwardPlus(x, other), 1e-4, 1e-5));
        Assert.True(fast.ForwardPlus(x, other).allclose(fast.Forward(x).Plus(other), 1e-4, 1e-5));
        Assert.True(kept.equal(other).all().item<bool>());
        Assert.Throws<ShapeException>(() => fast.ForwardPlus(x, x));
        using var activated = new PackedLinear(weight, bias, FusedActivation.Relu);
        Assert.Throws<InvalidOperationException>(() => activated.ForwardPlus(x, other));
    }

    [Fact]
    public void The_archive_loads_with_the_pinned_backend() => Assert.Equal(OneDnn.IsAvailable, OperatorArchive.Instance is not null);

    [Fact]
    public void Wrong_inputs_throw_and_nothing_leaks()
    {
        using var weight = randn(4, 3);
        using var x = randn(2, 3);
        using var wrong = randn(2, 4);
        var live = new LiveTensors();
        using (var layer = new PackedLinear(weight))
        {
            layer.Forward(x).Dispose();
            Assert.Contains("[2, 4]", Assert.Throws<ShapeException>(() => layer.Forward(wrong)).Message, StringComparison.Ordinal);
        }

        Assert.Throws<ShapeException>(() => new PackedLinear(weight, wrong));
        Assert.Equal(0, live.Created);
    }
}
