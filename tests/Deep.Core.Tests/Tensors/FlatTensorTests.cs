using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Tensors;

public class FlatTensorTests
{
    private static readonly long[][] Shapes = [[2, 3], [], [4], [0], [3, 2, 2], [1, 5]];

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Tensors_of_any_type_and_layout_come_back_as_they_went_in(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(2).Dispose();
        Tensor[] sources = [.. Shapes.Select(shape => randn(shape).to(type))];
        sources[0] = randn(3, 2).to(type).t();
        sources[4] = randn(6, 4).to(type).slice(0, 1, 6, 2).slice(1, 0, 4, 1).view(3, 2, 2);
        Tensor[] targets = [.. sources.Select(source => zeros_like(source))];
        targets[2] = zeros(8, type).slice(0, 0, 8, 2);
        using var flat = new FlatTensor(Shapes, ScalarType.Float64);
        using var narrow = new FlatTensor(Shapes, type);
        foreach (var buffer in new[] { flat, narrow })
        {
            buffer.Gather(sources);
            Assert.Equal(6 + 1 + 4 + 0 + 12 + 5, buffer.Values.numel());
            Assert.All(buffer.Parts.Zip(sources), pair => Assert.True(pair.First.allclose(pair.Second.to(pair.First.dtype), rtol: 0, atol: 0)));
            buffer.Scatter(targets);
            Assert.All(targets.Zip(sources), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 0, atol: 0)));
            Array.ForEach(targets, target => target.zero_());
        }
    }

    [Fact]
    public void Views_with_an_offset_are_read_from_where_they_start()
    {
        using var scope = NewDisposeScope();
        var whole = arange(12).to(ScalarType.Float32);
        using var flat = new FlatTensor([[2, 2], [3]], ScalarType.Float32);
        flat.Gather([whole.narrow(0, 4, 4).view(2, 2), whole.narrow(0, 9, 3)]);
        Assert.Equal([4f, 5, 6, 7, 9, 10, 11], flat.Values.data<float>().ToArray());
    }

    [Fact]
    public void A_missing_tensor_counts_as_zeros()
    {
        using var scope = NewDisposeScope();
        using var flat = new FlatTensor([[2], [3]], ScalarType.Float32);
        flat.Gather([ones(2), ones(3)]);
        flat.Gather([null, ones(3)]);
        Assert.Equal([0f, 0, 1, 1, 1], flat.Values.data<float>().ToArray());
    }

    [Fact]
    public void Autograd_sees_that_a_target_has_changed()
    {
        using var scope = NewDisposeScope();
        var weight = ones(3).requires_grad_(true);
        var loss = weight.mul(weight).sum();
        using var flat = new FlatTensor([[3]], ScalarType.Float32);
        flat.Scatter([weight]);
        Assert.ThrowsAny<Exception>(() => loss.backward());
    }

    [Fact]
    public void Copies_leave_no_tensor_behind_and_wrong_numbers_of_tensors_are_refused()
    {
        using var scope = NewDisposeScope();
        var tensors = Shapes.Select(shape => ones(shape)).ToArray();
        var live = new LiveTensors();
        using (var flat = new FlatTensor(Shapes, ScalarType.Float32))
        {
            for (var i = 0; i < 20; i++)
            {
                flat.Gather(tensors);
                flat.Scatter(tensors);
            }

            Assert.Throws<ShapeException>(() => flat.Gather([tensors[0]]));
            Assert.Throws<ShapeException>(() => flat.Scatter([tensors[0]]));
        }

        Assert.Equal(0, live.Created);
    }
}
