using Deep.NFNets;
using Deep.NFNets.Recipes;
using Deep.Tensors;
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
    public void Layers_are_the_stem_each_block_the_last_convolution_and_the_head_and_hold_every_parameter_once()
    {
        using var network = new NFNet(Small.Config);
        Assert.Equal([network.Stem, .. network.Blocks, network.FinalConv!, network.Head], network.Layers);
        Assert.Equal(
            network.named_parameters().Select(named => named.parameter.Handle).Order(),
            network.Layers.SelectMany(layer => layer.parameters()).Select(parameter => parameter.Handle).Order());
        var groups = ParameterGroup.ByLayer(network, layerDecay: 0.5);
        Assert.Equal(Math.Pow(0.5, 5), groups[0].LearningRateFactor);
        Assert.Equal(1, groups[^1].LearningRateFactor);
        using var shallow = new NFNet(Small.Config with { FinalChannels = 0 });
        Assert.Equal(5, shallow.Layers.Count);
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

    [Fact]
    public void Fine_tuning_has_the_numbers_of_the_paper()
    {
        var recipe = NFNetRecipe.FineTuning;
        Assert.Equal(15_000, recipe.StepsOver(1_281_167));
        Assert.Equal((2048, 4, 512), (recipe.Batch, recipe.Multiplicity.Copies, recipe.Multiplicity.UniquePictures));
        Assert.Equal((1e-5, 0.9999, 0.01), (recipe.WeightDecay, recipe.AverageDecay, recipe.Clipping!.ClipFactor));
        Assert.Equal(new SharpnessAwareMinimization { Rho = 0.05, AscentShare = 0.2 }, recipe.Sharpness);
        var options = (recipe with { LayerDecay = 0.8 }).OptionsOver(1_281_167);
        Assert.Equal((15_000, recipe.Sharpness), (options.Steps, options.Sharpness));
        var config = recipe.Regularize(NFNetConfig.F4);
        Assert.Equal((0.25, 0.1), (config.Dropout, config.StochasticDepth));
        Assert.Equal(NFNetConfig.F4, NFNetRecipe.ImageNet.Regularize(NFNetConfig.F4));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_pre_trained_body_gets_a_fresh_head_for_new_classes_and_another_size(bool zeroClassifier)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File("pretrained.safetensors");
        using var pretrained = new NFNet(Small.Config with { ZeroClassifier = zeroClassifier });
        Small.OpenBranches(pretrained);
        pretrained.Save(file);

        using var scope = NewDisposeScope();
        manual_seed(3);
        using var network = NFNet.Load(file, NFNetRecipe.FineTuning.Pretrained(200, trainSize: 48, testSize: 64));

        var config = network.Config;
        Assert.Equal((200, 48, 64), (config.Classes, config.TrainSize, config.TestSize));
        Assert.Equal((0.25, 0.1), (network.Head.Dropout, config.StochasticDepth));
        var (old, body) = (pretrained.state_dict(), network.state_dict());
        Assert.All(
            body.Where(named => !named.Key.StartsWith("head.", StringComparison.Ordinal)),
            named => Assert.True(named.Value.eq(old[named.Key]).all().item<bool>(), named.Key));
        Assert.Equal([200, 24], body["head.fc.weight"].shape);
        Assert.Equal(zeroClassifier ? 0 : 0.01, body["head.fc.weight"].std().item<float>(), 0.001);
        Assert.Equal(0, body["head.fc.bias"].abs().sum().item<float>());
        Assert.Equal([2, 200], network.call(randn(2, 3, 48, 56)).shape);
    }

    [Theory]
    [InlineData("none", "nothing")]
    [InlineData("stem", "stem")]
    [InlineData("1", "stem stages.0")]
    [InlineData("2", "stem stages")]
    [InlineData("body", "stem stages final_conv")]
    public void Frozen_layers_keep_their_weights_and_the_rest_moves(string frozen, string parts)
    {
        using var scope = NewDisposeScope();
        using var network = new NFNet(Small.Config);
        Small.OpenBranches(network);
        WakeAttention(network);
        var before = network.state_dict().ToDictionary(named => named.Key, named => named.Value.detach().clone());
        var recipe = NFNetRecipe.FineTuning with
        {
            Frozen = frozen switch
            {
                "none" => FrozenLayers.None,
                "stem" => FrozenLayers.Stem,
                "body" => FrozenLayers.Body,
                _ => FrozenLayers.Stages(int.Parse(frozen, System.Globalization.CultureInfo.InvariantCulture)),
            },
        };
        using var optimizer = recipe.Optimizer(network);
        for (var step = 0; step < 2; step++)
        {
            optimizer.ZeroGradients();

            // Large, so that no step is rounded away; clipping bounds it.
            network.call(randn(4, 3, 32, 32)).square().sum().Times(1000).backward();
            optimizer.Step(0.1);
        }

        var names = network.named_parameters().Select(named => named.name).ToList();
        var moved = names.Where(name => network.state_dict()[name].ne(before[name]).any().item<bool>()).ToList();
        bool IsFrozen(string name) =>
            parts.Split(' ').Any(part => name.StartsWith(part + ".", StringComparison.Ordinal));
        Assert.Equal(names.Where(name => !IsFrozen(name)), moved);
    }

    // A hidden unit of the attention that no sample passes has no gradient, and does not move whether frozen or not.
    private static void WakeAttention(NFNet network)
    {
        using var withoutGradient = no_grad();
        foreach (var (name, parameter) in network.named_parameters())
        {
            if (name.Contains(".fc1.", StringComparison.Ordinal))
            {
                parameter.fill_(name.EndsWith(".bias", StringComparison.Ordinal) ? 1 : 0);
            }
        }
    }

    [Fact]
    public void Recipes_refuse_what_no_run_can_have()
    {
        using var network = new NFNet(Small.Config);
        Assert.Throws<ConfigurationException>(() => FrozenLayers.Stages(0));
        Assert.Throws<ConfigurationException>(() => FrozenLayers.Stages(3).Apply(network));
        Assert.Throws<ConfigurationException>(() => NFNetRecipe.FineTuning.Pretrained(0));
        Assert.Throws<ConfigurationException>(() => (NFNetRecipe.FineTuning with { Copies = 3 }).Multiplicity);
        Assert.Throws<ConfigurationException>(() => NFNetPretrained.Load("no such model"));
    }
}
