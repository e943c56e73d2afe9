using Deep.Perceivers.Recipes;
using Deep.Training;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class PerceiverRecipeTests
{
    [Fact]
    public void The_rate_of_Perceiver_IO_is_flat_for_half_of_the_run_and_then_a_cosine()
    {
        var recipe = PerceiverRecipe.ImageNet with { Epochs = 0, Steps = 100 };
        var rate = recipe.ScheduleOver(1);
        Assert.Equal(2e-3, rate(0), 12);
        Assert.Equal(2e-3, rate(49), 12);
        Assert.Equal(2e-3 * 0.5 * (1 + Math.Cos(Math.PI * 0.5)), rate(75), 12);
        Assert.Equal(0, rate(100), 12);
        Assert.Equal(110 * 1_281_167L / 1024, PerceiverRecipe.ImageNet.StepsOver(1_281_167));
        Assert.Equal(5e-4, (recipe with { Batch = 256 }).ScheduleOver(1)(0), 12);
    }

    [Fact]
    public void The_rate_of_the_first_Perceiver_falls_by_tenths()
    {
        var rate = PerceiverRecipe.ImageNetPerceiver.ScheduleOver(1024); // a step is an epoch
        double[] expected = [4e-3, 4e-3, 4e-4, 4e-4, 4e-5, 4e-5, 4e-6];
        Assert.All(new long[] { 0, 83, 84, 101, 102, 113, 114 }.Zip(expected), pair => Assert.Equal(pair.Second, rate(pair.First), 1e-12));
    }

    [Fact]
    public void The_other_recipes_have_the_rates_of_the_papers()
    {
        var cloud = PerceiverRecipe.ModelNet40.ScheduleOver(9843);
        Assert.Equal([1e-3, 1e-3], new[] { cloud(0), cloud(49_999) });
        var text = PerceiverRecipe.MaskedLanguage.ScheduleOver(1);
        Assert.Equal([0, 6.25e-4, 1.25e-3], new[] { text(0), text(500), text(1000) });
        Assert.Equal(0, text(500_000), 12);
        Assert.Equal(0.01, PerceiverRecipe.MaskedLanguage.WeightDecay);
        Assert.Equal(4e-4, PerceiverRecipe.Flow.ScheduleOver(400_000)(0), 12);
        Assert.Equal(375_000, PerceiverRecipe.Flow.StepsOver(400_000));
        Assert.Equal(1e-3, (PerceiverRecipe.Kinetics with { Steps = 10 }).ScheduleOver(1)(9), 12);
        Assert.Throws<ConfigurationException>(() => PerceiverRecipe.Kinetics.StepsOver(1000));
        Assert.Throws<ConfigurationException>(() => (PerceiverRecipe.Glue with { Steps = 100 }).ScheduleOver(1));
        Assert.Throws<ConfigurationException>(() => (PerceiverRecipe.ImageNet with { FlatShare = 2 }).ScheduleOver(1));
    }

    [Fact]
    public void Biases_and_normalisations_are_not_decayed_but_learned_positions_are()
    {
        using var model = new Parts();
        var groups = PerceiverRecipe.Groups(model, 0.1);
        Assert.Equal([0.1, 0], groups.Select(group => group.WeightDecay));
        Assert.Equal(["linear.weight", "queries"], groups[0].Parameters.Select(p => p.Name).Order());
        Assert.Equal(["linear.bias", "mlp_norm.bias", "mlp_norm.weight"], groups[1].Parameters.Select(p => p.Name).Order());
    }

    // The order of deepmind-research, perceiver/train: global norm, Adam, decay, trust ratio of every tensor, rate.
    [Fact]
    public void A_step_clips_then_takes_Adams_direction_then_decays_then_scales_by_the_trust_ratio()
    {
        using var scope = NewDisposeScope();
        using var model = new Parts();
        var parameters = model.named_parameters().ToDictionary(p => p.name, p => p.parameter);
        var recipe = new PerceiverRecipe { Steps = 4, PeakRate = 0.1, FlatShare = 1 };
        using var optimizer = recipe.Optimizer(model);
        var expected = parameters.ToDictionary(p => p.Key, p => Numbers(p.Value));
        var first = expected.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        var second = expected.ToDictionary(p => p.Key, p => new double[p.Value.Length]);
        for (var step = 1; step <= 3; step++)
        {
            var gradients = new Dictionary<string, double[]>();
            foreach (var (name, parameter) in parameters)
            {
                var gradient = randn(parameter.shape).mul(tensor(30f));
                parameter.grad = gradient;
                gradients[name] = Numbers(gradient);
            }

            var norm = Math.Sqrt(gradients.Values.Sum(g => g.Sum(x => x * x)));
            Assert.True(norm > 10);
            Assert.True(optimizer.Step(recipe.ScheduleOver(1)(step - 1), limit: recipe.OptionsOver(1).Limit));
            foreach (var (name, weights) in expected)
            {
                var decay = name is "linear.weight" or "queries" ? 0.1 : 0;
                var direction = new double[weights.Length];
                for (var i = 0; i < weights.Length; i++)
                {
                    var g = gradients[name][i] * 10 / norm;
                    first[name][i] = (0.9 * first[name][i]) + (0.1 * g);
                    second[name][i] = (0.999 * second[name][i]) + (0.001 * g * g);
                    var deviation = Math.Sqrt(second[name][i] / (1 - Math.Pow(0.999, step))) + 1e-6;
                    direction[i] = (first[name][i] / (1 - Math.Pow(0.9, step)) / deviation) + (decay * weights[i]);
                }

                var (weightNorm, directionNorm) = (Norm(weights), Norm(direction));
                var ratio = weightNorm > 0 && directionNorm > 0 ? weightNorm / directionNorm : 1;
                for (var i = 0; i < weights.Length; i++)
                {
                    weights[i] -= 0.1 * ratio * direction[i];
                }

                Assert.All(Numbers(parameters[name]).Zip(weights), pair => Assert.Equal(pair.Second, pair.First, 1e-4));
            }
        }
    }

    private static double[] Numbers(Tensor tensor) => [.. tensor.detach().to(ScalarType.Float64).flatten().data<double>().ToArray()];

    private static double Norm(double[] values) => Math.Sqrt(values.Sum(x => x * x));

    private sealed class Parts : Module<Tensor, Tensor>
    {
        private readonly Linear linear = Linear(4, 3);
        private readonly LayerNorm norm = LayerNorm(3);
        private readonly Parameter queries = new(rand(1, 5));

        public Parts()
            : base(nameof(Parts))
        {
            register_module("linear", linear);
            register_module("mlp_norm", norm);
            register_parameter("queries", queries);
        }

        public override Tensor forward(Tensor input) => norm.call(linear.call(input));
    }
}
