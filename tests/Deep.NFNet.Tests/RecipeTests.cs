using Deep.NFNets;
using Deep.NFNets.Recipes;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

public class RecipeTests
{
    [Fact]
    public void The_ImageNet_recipe_takes_the_papers_steps_and_rates()
    {
        const long ImageNet = 1_281_167;
        Assert.Equal(112_602, NFNetRecipe.ImageNet.StepsOver(ImageNet));
        var rate = NFNetRecipe.ImageNet.ScheduleOver(ImageNet);
        Assert.Equal(0, rate(0));
        Assert.Equal(1.6, rate(1564), 6);
        Assert.Equal(0, rate(112_602), 6);
        var regnet = NFNetRecipe.RegNet(3);
        Assert.Equal(0.4, regnet.ScheduleOver(ImageNet)(6256), 6);
        Assert.Equal((8e-5, null), (regnet.WeightDecay, regnet.Clipping));
        Assert.Equal(0.1, NFNetRecipe.FineTuning.ScheduleOver(1)(5000), 6);
    }

    [Fact]
    public void Only_the_classifiers_weight_is_unclipped_and_only_gains_and_biases_are_undecayed()
    {
        using var network = new NFNet(Small.Config);
        var groups = ParameterGroup.ByRole(network, NFNetRecipe.ImageNet.WeightDecay, NFNetRecipe.ImageNet.Clipping);
        var unclipped = groups.Where(group => group.Clipping is null).SelectMany(group => group.Parameters);
        Assert.Equal(["head.fc.weight"], unclipped.Select(parameter => parameter.Name));
        var undecayed = groups.Where(group => group.WeightDecay == 0).SelectMany(group =>
            group.Parameters).Select(parameter => parameter.Name).Order();
        var expected = network.state_dict().Keys.Where(name =>
            name.EndsWith("gain", StringComparison.Ordinal) || name.EndsWith("bias", StringComparison.Ordinal)).Order();
        Assert.Equal(expected, undecayed);
    }

    [Fact]
    public void A_few_steps_of_the_recipe_lower_the_loss()
    {
        manual_seed(5);
        using var scope = NewDisposeScope();
        var recipe = NFNetRecipe.ImageNet with { Batch = 256, Steps = 30, WarmupSteps = 3, PeakRate = 0.2 };
        using var network = new NFNet(Small.Config with { Stem = [new(16, 3, 1)] });
        using var optimizer = recipe.Optimizer(network);
        using var average = recipe.Average(network);
        var (pictures, labels) = (randn(16, 3, 8, 8), arange(16, dtype: int64) % 5);
        var schedule = recipe.ScheduleOver(16);
        float first = 0, last = 0;
        for (var step = 0; step < 30; step++)
        {
            optimizer.ZeroGradients();
            var loss = new SoftTargetCrossEntropy { LabelSmoothing = recipe.LabelSmoothing }.Loss(
                network.call(pictures), labels);
            loss.backward();
            optimizer.Step(schedule(step));
            average!.Update(step);
            last = loss.item<float>();
            first = step == 0 ? last : first;
        }

        Assert.True(last < 0.8 * first, $"{first} -> {last}");
    }
}
