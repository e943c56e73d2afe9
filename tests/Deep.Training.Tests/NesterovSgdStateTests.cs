using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class NesterovSgdStateTests
{
    [Fact]
    public void Saved_velocities_continue_to_the_bit()
    {
        using var scope = NewDisposeScope();
        Parameter[] straight = [new(arange(6).to(ScalarType.Float32).view(2, 3)), new(ones(3))];
        Parameter[] resumed = [.. straight.Select(p => new Parameter(p.detach().clone()))];
        using var whole = new NesterovSgd([Group(straight)]);
        Steps(whole, straight, 0, 6);

        using var first = new NesterovSgd([Group(resumed)]);
        Steps(first, resumed, 0, 3);
        using var second = new NesterovSgd([Group(resumed)]);
        second.Load(first.Save());
        Steps(second, resumed, 3, 6);

        Assert.Equal(6, second.Steps);
        Assert.All(straight.Zip(resumed), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
    }

    [Fact]
    public void A_wrong_velocity_is_named_before_anything_changes()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2, 3)), new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        Steps(optimizer, parameters, 0, 1);
        var before = optimizer.Save();
        var wrong = new Dictionary<string, Tensor>(before) { ["velocity/p1"] = zeros(4) };
        Assert.Contains("velocity/p1", Assert.Throws<ShapeException>(() => optimizer.Load(wrong)).Message, StringComparison.Ordinal);
        Assert.All(before, saved => Assert.True(Bits.Same(saved.Value, optimizer.Save()[saved.Key])));
        Assert.Equal(1, optimizer.Steps);
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    public void A_gradient_that_is_not_finite_changes_nothing(float value)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2, 3)), new(ones(3))];
        using var optimizer = new NesterovSgd([Group(parameters)]);
        parameters[0].grad = ones(2, 3);
        parameters[1].grad = tensor([0, value, 0]);
        Assert.False(optimizer.Step(0.1, requireFinite: true));
        Assert.True(Bits.Same(parameters[0], ones(2, 3)));
        Assert.All(optimizer.Save().Values, saved => Assert.Equal(0, saved.to(ScalarType.Float32).abs().sum().item<float>()));
        Assert.Equal(0, optimizer.Steps);
    }

    [Fact]
    public void A_parameter_without_gradient_counts_as_one_with_gradient_zero()
    {
        using var scope = NewDisposeScope();
        Parameter[] without = [new(ones(2, 3)), new(ones(3))];
        Parameter[] zero = [new(ones(2, 3)), new(ones(3))];
        using var first = new NesterovSgd([Group(without)]);
        using var second = new NesterovSgd([Group(zero)]);
        without[1].grad = ones(3);
        zero[1].grad = ones(3);
        zero[0].grad = zeros(2, 3);
        first.Step(0.5);
        second.Step(0.5);
        Assert.All(without.Zip(zero), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
        first.ZeroGradients();
        Assert.All(without, p => Assert.Null(p.grad));
    }

    [Fact]
    public void A_gradient_scale_is_applied_before_everything_else()
    {
        using var scope = NewDisposeScope();
        Parameter[] scaled = [new(ones(2, 3))];
        Parameter[] plain = [new(ones(2, 3))];
        using var first = new NesterovSgd([Group(scaled)]);
        using var second = new NesterovSgd([Group(plain)]);
        scaled[0].grad = full([2, 3], 8f);
        plain[0].grad = full([2, 3], 2f);
        first.Step(0.5, gradientScale: 0.25);
        second.Step(0.5);
        Assert.True(Bits.Same(scaled[0], plain[0]));
    }

    [Fact]
    public void Half_precision_parameters_are_updated_in_full_precision_and_keep_their_type()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones([2, 3], ScalarType.BFloat16))];
        using var optimizer = new NesterovSgd([new ParameterGroup { Parameters = Named(parameters) }], momentum: 0);
        parameters[0].grad = ones([2, 3], ScalarType.BFloat16);
        optimizer.Step(0.25);
        Assert.Equal(ScalarType.BFloat16, parameters[0].dtype);
        Assert.Equal(0.75f * 6, parameters[0].sum(ScalarType.Float32).item<float>());
    }

    [Fact]
    public void Steps_leave_no_tensor_behind_and_live_outside_the_scope_they_were_made_in()
    {
        Parameter[] parameters;
        NesterovSgd optimizer;
        using (NewDisposeScope())
        {
            parameters = [new(ones(2, 3)), new(ones(3))];
            Array.ForEach(parameters, p => p.DetachFromDisposeScope());
            optimizer = new NesterovSgd([Group(parameters)]);
        }

        var live = new LiveTensors();
        for (var i = 0; i < 5; i++)
        {
            using var scope = NewDisposeScope();
            Steps(optimizer, parameters, i, i + 1);
            optimizer.TakeClippingStatistics();
            optimizer.ZeroGradients();
        }

        Assert.Equal(0, live.Created);
        optimizer.Dispose();
        Assert.True(live.Created < 0);
    }

    [Fact]
    public void Options_out_of_their_range_are_named()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(2, 3))];
        var group = Group(parameters);
        Assert.Throws<ConfigurationException>(() => new NesterovSgd([group], momentum: 1));
        Assert.Throws<ConfigurationException>(() => new NesterovSgd([group], dampening: -0.1));
        Assert.Contains("p0 twice", Assert.Throws<ConfigurationException>(() => new NesterovSgd([group, group])).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => new NesterovSgd([group with { WeightDecay = -1 }]));
        Assert.Throws<ConfigurationException>(() => new NesterovSgd([group with { LearningRateFactor = double.NaN }]));
        Assert.Throws<ConfigurationException>(() => new NesterovSgd([group with { Parameters = [] }]));
        using var optimizer = new NesterovSgd([group]);
        Assert.Throws<ConfigurationException>(() => optimizer.Step(-0.1));
        Assert.Throws<ConfigurationException>(() => optimizer.Step(0.1, gradientScale: 0));
    }

    private static TrainableParameter[] Named(Parameter[] parameters) =>
        [.. parameters.Select((p, i) => new TrainableParameter($"p{i}", p, ParameterRole.Weight))];

    private static ParameterGroup Group(Parameter[] parameters) =>
        new() { Parameters = Named(parameters), WeightDecay = 0.01, Clipping = new AdaptiveGradientClipping() };

    private static void Steps(NesterovSgd optimizer, Parameter[] parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            using var scope = NewDisposeScope();
            foreach (var parameter in parameters)
            {
                using var gradient = parameter.detach().sin().mul(step + 1);
                parameter.grad = gradient;
            }

            optimizer.Step(0.1);
        }
    }
}
