using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Tensors;

public class GuardedMatMulTests
{
    [Theory]
    [InlineData(new long[] { 3, 4 }, new long[] { 4, 5 }, new long[] { 3, 5 })]
    [InlineData(new long[] { 4 }, new long[] { 4 }, new long[] { })]
    [InlineData(new long[] { 4 }, new long[] { 4, 5 }, new long[] { 5 })]
    [InlineData(new long[] { 3, 4 }, new long[] { 4 }, new long[] { 3 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 4, 5 }, new long[] { 2, 3, 5 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 4 }, new long[] { 2, 3 })]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 2, 4, 5 }, new long[] { 2, 3, 5 })]
    [InlineData(new long[] { 6, 1, 3, 4 }, new long[] { 2, 4, 5 }, new long[] { 6, 2, 3, 5 })]
    [InlineData(new long[] { 4 }, new long[] { 2, 4, 5 }, new long[] { 2, 5 })]
    [InlineData(new long[] { 0, 4 }, new long[] { 4, 5 }, new long[] { 0, 5 })]
    public void The_product_follows_the_rules_of_NumPy(long[] a, long[] b, long[] expected)
    {
        using var scope = torch.NewDisposeScope();
        var (x, y) = (torch.randn(a), torch.randn(b));
        var product = GuardedMatMul.MatMul(x, y);
        Assert.Equal(expected, product.shape);

        // The definition: multiply along the shared axis and add, in double precision.
        var left = x.to_type(torch.float64);
        var right = y.to_type(torch.float64);
        var columns = b.Length == 1 ? right : right.transpose(-1, -2);
        var byDefinition = a.Length == 1 && b.Length == 1
            ? (left * right).sum(-1)
            : a.Length == 1 || b.Length == 1
                ? (left * columns).sum(-1)
                : (left.unsqueeze(-2) * columns.unsqueeze(-3)).sum(-1);
        Assert.True(product.to_type(torch.float64).allclose(byDefinition, 1e-5, 1e-5));
    }

    [Theory]
    [InlineData(new long[] { 3, 4 }, new long[] { 5, 4 }, "inner sizes")]
    [InlineData(new long[] { 3 }, new long[] { 4 }, "inner sizes")]
    [InlineData(new long[] { 2, 3, 4 }, new long[] { 3, 4, 5 }, "broadcast")]
    [InlineData(new long[] { }, new long[] { 4, 5 }, "axis")]
    public void Shapes_that_do_not_fit_throw_with_both_shapes(long[] a, long[] b, string reason)
    {
        using var x = torch.randn(a);
        using var y = torch.randn(b);
        var error = Assert.Throws<ShapeException>(() => GuardedMatMul.MatMul(x, y));
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
        Assert.Contains(Shapes.Format(a), error.Message, StringComparison.Ordinal);
        Assert.Contains(Shapes.Format(b), error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Different_or_unusable_dtypes_throw()
    {
        using var scope = torch.NewDisposeScope();
        Assert.Throws<ShapeException>(() => GuardedMatMul.MatMul(torch.ones(2, 2), torch.ones([2, 2], torch.float64)));
        Assert.Throws<ShapeException>(() => GuardedMatMul.MatMul(torch.ones([2, 2], torch.@bool), torch.ones([2, 2], torch.@bool)));
    }

    [Fact]
    public void Gradients_flow_through_the_product()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.randn([2, 3, 4], requires_grad: true);
        var y = torch.randn([4, 5], requires_grad: true);
        GuardedMatMul.MatMul(x, y).sum().backward();
        Assert.True(x.grad!.allclose(y.sum(1).expand(2, 3, 4)));
        Assert.True(y.grad!.allclose(x.sum([0, 1]).unsqueeze(1).expand(4, 5)));
    }

    [Fact]
    public void Only_the_result_stays_alive()
    {
        using var x = torch.randn(2, 1, 3, 4);
        using var y = torch.randn(5, 4, 6);
        var live = new LiveTensors();
        using (GuardedMatMul.MatMul(x, y))
        {
            Assert.Equal(1, live.Created);
        }

        Assert.Equal(0, live.Created);
        Assert.Throws<ShapeException>(() => GuardedMatMul.MatMul(x, x));
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Running_extremes_are_those_of_the_definition()
    {
        using var scope = torch.NewDisposeScope();
        var x = torch.tensor(new float[] { 1, 3, 2, 5, 4 });
        var (highest, at) = GuardedMatMul.CumulativeMax(x, 0);
        Assert.Equal([1, 3, 3, 5, 5], highest.data<float>().ToArray());
        Assert.Equal([0, 1, 1, 3, 3], at.data<long>().ToArray());
        var (lowest, _) = GuardedMatMul.CumulativeMin(x.neg(), -1);
        Assert.Equal([-1, -3, -3, -5, -5], lowest.data<float>().ToArray());
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-3)]
    public void Running_extremes_along_an_axis_that_is_not_there_throw(long axis)
    {
        using var x = torch.ones(2, 3);
        Assert.Throws<ShapeException>(() => GuardedMatMul.CumulativeMax(x, axis));
        Assert.Throws<ShapeException>(() => GuardedMatMul.CumulativeMin(x, axis));
    }
}
