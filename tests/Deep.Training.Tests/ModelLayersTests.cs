using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public class ModelLayersTests
{
    [Fact]
    public void Each_layer_learns_by_the_decay_to_the_number_of_layers_above_it()
    {
        using var model = new Tower();
        var groups = ParameterGroup.ByLayer(model, layerDecay: 0.5, weightDecay: 0.1);
        Assert.Equal(
            [
                ("outside 1 0", "scale"), ("0.25 0.1", "first.weight"), ("0.25 0", "first.bias"), ("0.5 0.1", "second.weight"),
                ("0.5 0", "second.bias"), ("1 0", "last.bias"), ("1 0.1", "last.weight"),
            ],
            groups.SelectMany(group => group.Parameters.Select(p => (
                FormattableString.Invariant($"{(p.Name == "scale" ? "outside " : "")}{group.LearningRateFactor} {group.WeightDecay}"), p.Name)))
                .OrderBy(entry => entry.Name == "scale" ? 0 : 1));
    }

    [Fact]
    public void Without_decay_the_rates_are_those_of_the_groups_by_role()
    {
        using var model = new Tower();
        Assert.All(ParameterGroup.ByLayer(model, layerDecay: 1), group => Assert.Equal(1, group.LearningRateFactor));
        Assert.Equal(
            ParameterGroup.ByRole(model).SelectMany(g => g.Parameters).Select(p => p.Name).Order(),
            ParameterGroup.ByLayer(model, layerDecay: 1).SelectMany(g => g.Parameters).Select(p => p.Name).Order());
    }

    [Fact]
    public void Frozen_layers_are_in_no_group_and_stay_as_they_are()
    {
        using var scope = NewDisposeScope();
        using var model = Sequential(("backbone", new Tower()));
        ModelLayers.Freeze(model, 2);
        var groups = ParameterGroup.ByLayer(model, layerDecay: 0.5);
        Assert.Equal(["backbone.last.bias", "backbone.last.weight", "backbone.scale"], groups.SelectMany(g => g.Parameters).Select(p => p.Name).Order());
        var before = model.state_dict().ToDictionary(entry => entry.Key, entry => entry.Value.detach().clone());
        using var optimizer = new AdamW(groups);
        model.call(ones(2, 3)).sum().backward();
        optimizer.Step(0.1);
        Assert.All(model.state_dict(), entry => Assert.Equal(
            !entry.Key.Contains("last", StringComparison.Ordinal), Bits.Same(before[entry.Key], entry.Value)));
    }

    [Fact]
    public void Wrong_settings_are_named()
    {
        using var model = new Tower();
        using var plain = Linear(2, 2);
        Assert.Contains("IHasLayers", Assert.Throws<ConfigurationException>(() => ParameterGroup.ByLayer(plain, 0.5)).Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => ParameterGroup.ByLayer(model, 0));
        Assert.Throws<ConfigurationException>(() => ParameterGroup.ByLayer(model, 1.1));
        Assert.Throws<ConfigurationException>(() => ParameterGroup.ByLayer(model, double.NaN));
        Assert.Throws<ConfigurationException>(() => ModelLayers.Freeze(model, 4));
        Assert.Throws<ConfigurationException>(() => ModelLayers.Freeze(model, -1));
    }

    private sealed class Tower : Module<Tensor, Tensor>, IHasLayers, IHasClassifier
    {
        private readonly Linear _first = Linear(3, 4);
        private readonly Linear _second = Linear(4, 4);
        private readonly Linear _last = Linear(4, 2);

        public Tower()
            : base(nameof(Tower))
        {
            // Registered in another order than they are used in: the order is what the model says.
            register_module("second", _second);
            register_module("first", _first);
            register_module("last", _last);
            register_parameter("scale", new Parameter(ones(1)));
        }

        public IReadOnlyList<Module> Layers => [_first, _second, _last];

        public Module Classifier => _last;

        public override Tensor forward(Tensor x) => _last.call(_second.call(_first.call(x)));
    }
}
