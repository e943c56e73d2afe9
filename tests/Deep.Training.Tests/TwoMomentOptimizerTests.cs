using Deep.Tensors;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class TwoMomentOptimizerTests
{
    private static readonly long[][] Shapes = [[8, 3, 3, 3], [8], [16, 8], [], [8, 1, 1, 1], [16], [8, 3, 3, 3], [4, 2, 9]];

    [Fact]
    public void AdamW_follows_the_stock_AdamW()
    {
        using var scope = NewDisposeScope();
        manual_seed(5).Dispose();
        var ours = Parameters(ScalarType.Float32);
        Parameter[] theirs = [.. ours.Select(p => new Parameter(p.detach().clone()))];
        using var optimizer = new AdamW([Group(ours) with { WeightDecay = 0.1 }], 0.9, 0.98, 1e-7);
        using var stock = optim.AdamW(theirs, lr: 0.01, beta1: 0.9, beta2: 0.98, eps: 1e-7, weight_decay: 0.1);
        for (var step = 0; step < 20; step++)
        {
            GiveSameGradients(ours, theirs);
            Assert.True(optimizer.Step(0.01));
            stock.step();
            Assert.All(ours.Zip(theirs), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-5, atol: 1e-6), $"step {step}"));
        }
    }

    [Theory]
    [InlineData(0.02, false)]
    [InlineData(0, false)]
    [InlineData(0, true)]
    public void Lamb_follows_the_rule_of_each_tensor(double decay, bool adaptsUndecayed)
    {
        using var scope = NewDisposeScope();
        manual_seed(6).Dispose();
        foreach (var clipping in new[] { null, new AdaptiveGradientClipping { ClipFactor = 0.5 } })
        {
            var ours = Parameters(ScalarType.Float64);
            Parameter[] plain = [.. ours.Select(p => new Parameter(p.detach().clone()))];
            Tensor[] first = [.. plain.Select(p => zeros_like(p))], second = [.. plain.Select(p => zeros_like(p))];
            using var optimizer = new Lamb(
                [Group(ours) with { WeightDecay = decay, Clipping = clipping }], 0.8, 0.99, 1e-5, adaptsUndecayed);
            for (var step = 1; step <= 6; step++)
            {
                GiveSameGradients(ours, plain);
                optimizer.Step(0.05);
                using var withoutGradient = no_grad();
                for (var i = 0; i < plain.Length; i++)
                {
                    var gradient = clipping?.Clip(plain[i], plain[i].grad!) ?? plain[i].grad!;
                    first[i] = (first[i] * 0.8) + (gradient * 0.2);
                    second[i] = (second[i] * 0.99) + (gradient * gradient * 0.01);
                    var corrected = (second[i] / (1 - Math.Pow(0.99, step))).sqrt() + 1e-5;
                    var direction = (first[i] / (1 - Math.Pow(0.8, step)) / corrected) + (plain[i] * decay);
                    var ratio = decay == 0 && !adaptsUndecayed ? 1 : Norm(plain[i]) / Norm(direction);
                    plain[i].sub_(direction * (0.05 * (ratio is > 0 and < double.PositiveInfinity ? ratio : 1)));
                }

                Assert.All(ours.Zip(plain), pair => Assert.True(pair.First.allclose(pair.Second, rtol: 1e-9, atol: 1e-12), $"step {step}"));
            }
        }

        static double Norm(Tensor x) => x.pow(2).sum().sqrt().item<double>();
    }

    [Fact]
    public void Lamb_moves_a_weight_of_zero_and_keeps_one_without_direction()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(zeros(4)), new(ones(4))];
        using var optimizer = new Lamb([Group(parameters)], adaptsUndecayed: true);
        parameters[0].grad = ones(4);
        optimizer.Step(0.1);
        Assert.True(parameters[0].allclose(full([4], -0.1f), rtol: 1e-4));
        Assert.True(Bits.Same(parameters[1], ones(4)));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Saved_moments_continue_to_the_bit(bool isLamb)
    {
        using var scope = NewDisposeScope();
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            manual_seed(7).Dispose();
            var whole = Parameters(type);
            Parameter[] halved = [.. whole.Select(p => new Parameter(p.detach().clone()))];
            using var straight = New(isLamb, whole);
            Steps(straight, whole, 0, 6);
            using var before = New(isLamb, halved);
            Steps(before, halved, 0, 3);
            using var after = New(isLamb, halved);
            after.Load(before.Save());
            Steps(after, halved, 3, 6);
            Assert.Equal(6, after.Steps);
            Assert.All(whole.Zip(halved), pair => Assert.True(Bits.Same(pair.First, pair.Second)));
            Assert.All(straight.Save(), saved => Assert.True(Bits.Same(saved.Value, after.Save()[saved.Key])));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Steps_leave_no_tensor_behind(bool isLamb)
    {
        using var scope = NewDisposeScope();
        var parameters = Parameters(ScalarType.Float32);
        using var optimizer = New(isLamb, parameters);
        Array.ForEach(parameters, p => p.grad = ones_like(p));
        var live = new LiveTensors();
        for (var step = 0; step < 100; step++)
        {
            optimizer.Step(0.01, requireFinite: true, limit: GradientLimit.GlobalNorm(1));
            optimizer.Ascend(new());
            optimizer.Return();
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void A_state_of_another_optimiser_is_refused_by_name_and_changes_nothing()
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(3))];
        using var sgd = new NesterovSgd([Group(parameters)]);
        using var adam = new AdamW([Group(parameters)]);
        parameters[0].grad = ones(3);
        sgd.Step(0.1);
        var error = Assert.Throws<ShapeException>(() => adam.Load(sgd.Save()));
        Assert.Contains("first/w0 is missing", error.Message, StringComparison.Ordinal);
        Assert.Contains("velocity/w0 is unknown", error.Message, StringComparison.Ordinal);
        Assert.Equal(0, adam.Steps);
    }

    [Theory]
    [InlineData(1, 0.999, 1e-8, "Beta1")]
    [InlineData(-0.1, 0.999, 1e-8, "Beta1")]
    [InlineData(double.NaN, 0.999, 1e-8, "Beta1")]
    [InlineData(0.9, 1, 1e-8, "Beta2")]
    [InlineData(0.9, double.NaN, 1e-8, "Beta2")]
    [InlineData(0.9, 0.999, 0, "Epsilon")]
    [InlineData(0.9, 0.999, double.PositiveInfinity, "Epsilon")]
    public void Options_out_of_their_range_are_named(double beta1, double beta2, double epsilon, string setting)
    {
        using var scope = NewDisposeScope();
        var group = Group(new Parameter(ones(3)));
        var adam = Assert.Throws<ConfigurationException>(() => new AdamW([group], beta1, beta2, epsilon));
        Assert.Contains($"AdamW.{setting}", adam.Message, StringComparison.Ordinal);
        var lamb = Assert.Throws<ConfigurationException>(() => new Lamb([group], beta1, beta2, epsilon));
        Assert.Contains($"Lamb.{setting}", lamb.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-0.1)]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void A_learning_rate_out_of_its_range_is_refused(double rate)
    {
        using var scope = NewDisposeScope();
        Parameter[] parameters = [new(ones(3))];
        using var adam = new AdamW([Group(parameters)]);
        using var lamb = new Lamb([Group(parameters)]);
        Assert.Throws<ConfigurationException>(() => adam.Step(rate));
        Assert.Throws<ConfigurationException>(() => lamb.Step(rate));
        Assert.Throws<ConfigurationException>(() => new AdamW([Group(parameters), Group(parameters)]));
        Assert.True(Bits.Same(parameters[0], ones(3)));
    }

    private static Optimizer New(bool isLamb, Parameter[] parameters) => isLamb
        ? new Lamb([Group(parameters) with { WeightDecay = 0.01 }])
        : new AdamW([Group(parameters) with { WeightDecay = 0.01, Clipping = new() }]);

    private static Parameter[] Parameters(ScalarType type) =>
        [.. Shapes.Select(shape => new Parameter(randn(shape, ScalarType.Float64).to(type)))];

    private static ParameterGroup Group(params Parameter[] parameters) =>
        new() { Parameters = [.. parameters.Select((p, i) => new TrainableParameter($"w{i}", p, ParameterRole.Weight))] };

    private static void GiveSameGradients(Parameter[] ours, Parameter[] theirs)
    {
        foreach (var (our, their) in ours.Zip(theirs))
        {
            our.grad = randn_like(our);
            their.grad = our.grad!.clone();
        }
    }

    private static void Steps(Optimizer optimizer, Parameter[] parameters, int from, int to)
    {
        for (var step = from; step < to; step++)
        {
            Array.ForEach(parameters, p => p.grad = p.detach().sin().mul(step + 1));
            optimizer.Step(0.02);
        }
    }
}
