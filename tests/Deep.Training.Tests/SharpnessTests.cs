using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class SharpnessTests
{
    [Fact]
    public void Weights_climb_along_the_gradient_by_rho_in_one_norm_over_all_groups()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2)), new(ones(1))];
        using var optimizer = new NesterovSgd([Group(parameters[0]), Group(parameters[1])]);
        parameters[0].grad = tensor([2f, 4f]);
        parameters[1].grad = tensor([4f]);
        Assert.True(optimizer.Ascend(new() { Rho = 0.6 }));
        Assert.True(parameters[0].allclose(tensor([1.2f, 1.4f])));
        Assert.True(parameters[1].allclose(tensor([1.4f])));
    }

    [Fact]
    public void The_adaptive_ascent_scales_with_each_weight()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(tensor([3f, 0f])), new(tensor([-4f]))];
        using var optimizer = new NesterovSgd([Group(parameters[0]), Group(parameters[1])]);
        parameters[0].grad = tensor([1f, 7f]);
        parameters[1].grad = tensor([1f]);
        Assert.True(optimizer.Ascend(new() { Rho = 0.5, IsAdaptive = true }));
        Assert.True(parameters[0].allclose(tensor([3 + (0.5f * 9 / 5), 0f])));
        Assert.True(parameters[1].allclose(tensor([-4 + (0.5f * 16 / 5)])));
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.Float64)]
    [InlineData(ScalarType.BFloat16)]
    public void Weights_return_to_the_bit(ScalarType type)
    {
        using var scope = NewDisposeScope();
        manual_seed(3).Dispose();
        Parameter[] parameters = [new(randn([40, 7], type)), new(randn([11], type))];
        var before = parameters.Select(p => p.detach().clone()).ToArray();
        foreach (var isAdaptive in new[] { false, true })
        {
            using var optimizer = new NesterovSgd([Group(parameters)]);
            Array.ForEach(parameters, p => p.grad = p.detach().sin());
            Assert.True(optimizer.Ascend(new() { Rho = 3, IsAdaptive = isAdaptive }));
            Assert.All(parameters.Zip(before), pair => Assert.False(Bits.Same(pair.First, pair.Second)));
            optimizer.Return();
            Assert.All(parameters.Zip(before), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
            optimizer.Return();
            Assert.All(parameters.Zip(before), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
        }
    }

    [Fact]
    public void An_ascent_between_steps_leaves_the_step_as_it_would_have_been()
    {
        using var scope = NewDisposeScope();
        Parameter[] climbing = [new(linspace(-1, 1, 24).view(4, 6)), new(ones([6], ScalarType.BFloat16))];
        Parameter[] straight = [.. climbing.Select(p => new Parameter(p.detach().clone()))];
        using var first = new NesterovSgd([Group(climbing) with { Clipping = new(), WeightDecay = 0.01 }]);
        using var second = new NesterovSgd([Group(straight) with { Clipping = new(), WeightDecay = 0.01 }]);
        for (var step = 0; step < 4; step++)
        {
            Array.ForEach(climbing, p => p.grad = p.detach().cos());
            Assert.True(first.Ascend(new()));
            first.Return();
            Array.ForEach(climbing, p => p.grad = p.detach().sin());
            Array.ForEach(straight, p => p.grad = p.detach().sin());
            first.Step(0.01);
            second.Step(0.01);
        }

        Assert.All(climbing.Zip(straight), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
        Assert.All(first.Save(), saved => Assert.True(Bits.Same(saved.Value, second.Save()[saved.Key])));
    }

    [Fact]
    public void A_common_factor_on_all_gradients_changes_nothing_but_a_margin()
    {
        using var scope = NewDisposeScope();
        Parameter[] large = [new(ones(5, ScalarType.Float64))], small = [new(ones(5, ScalarType.Float64))];
        using var first = new NesterovSgd([Group(large)]);
        using var second = new NesterovSgd([Group(small)]);
        large[0].grad = arange(5, ScalarType.Float64).mul(1e30);
        small[0].grad = arange(5, ScalarType.Float64);
        Assert.True(first.Ascend(new(), gradientScale: 1e-30));
        Assert.True(second.Ascend(new()));
        Assert.True(large[0].allclose(small[0], rtol: 1e-12));
    }

    [Fact]
    public void Finite_gradients_with_squares_beyond_the_type_are_climbed()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(4))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        parameters[0].grad = full([4], 1e30f);
        Assert.True(optimizer.Ascend(new() { Rho = 1 }));
        Assert.True(parameters[0].allclose(full([4], 1.5f)));
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.NegativeInfinity)]
    public void A_gradient_that_is_not_finite_moves_nothing(float value)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(2, 3)), new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters[0]), Group(parameters[1])]);
        parameters[0].grad = full([2, 3], value);
        parameters[1].grad = ones(3);
        foreach (var isAdaptive in new[] { false, true })
        {
            Assert.False(optimizer.Ascend(new() { IsAdaptive = isAdaptive }));
            Assert.True(Bits.Same(parameters[0], zeros(2, 3)));
            Assert.True(Bits.Same(parameters[1], ones(3)));
        }

        parameters[0].grad = zeros(2, 3);
        Assert.True(optimizer.Step(0.1));
    }

    [Fact]
    public void A_gradient_of_zero_stays_where_it_is()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        Assert.True(optimizer.Ascend(new()));
        Assert.True(Bits.Same(parameters[0], ones(3)));
    }

    [Fact]
    public void Nothing_else_may_happen_until_the_weights_have_returned()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        parameters[0].grad = ones(3);
        optimizer.Ascend(new());
        Assert.Contains("Return", Assert.Throws<TrainingException>(() => optimizer.Step(0.1)).Message, StringComparison.Ordinal);
        Assert.Throws<TrainingException>(() => optimizer.Ascend(new()));
        Assert.Throws<TrainingException>(optimizer.ReadMasters);
        optimizer.Return();
        Assert.True(optimizer.Step(0.1));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(-0.1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.PositiveInfinity, 1)]
    [InlineData(0.05, 0)]
    [InlineData(0.05, 1.5)]
    [InlineData(0.05, double.NaN)]
    public void Options_out_of_their_range_are_named(double rho, double share)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        var sharpness = new SharpnessAwareMinimization { Rho = rho, AscentShare = share };
        var error = Assert.Throws<ConfigurationException>(() => optimizer.Ascend(sharpness));
        Assert.Contains(share == 1 ? "Rho" : "AscentShare", error.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => optimizer.Ascend(new(), gradientScale: 0));
    }

    [Fact]
    public void Ascents_leave_no_tensor_behind()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2, 3)), new(ones([3], ScalarType.BFloat16))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        Array.ForEach(parameters, p => p.grad = ones_like(p));
        var live = new LiveTensors();
        for (var i = 0; i < 100; i++)
        {
            optimizer.Ascend(new() { IsAdaptive = i % 2 == 0 });
            optimizer.Return();
        }

        Assert.Equal(0, live.Created);
    }

    private static ParameterGroup Group(params Parameter[] parameters) =>
        new() { Parameters = [.. parameters.Select(p => new TrainableParameter($"w{string.Join("x", p.shape)}", p, ParameterRole.Weight))] };
}
