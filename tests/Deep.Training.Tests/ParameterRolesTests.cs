using Deep.Nn;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public class ParameterRolesTests
{
    [Fact]
    public void Roles_come_from_the_module_tree()
    {
        using var model = new SmallNet();
        var roles = ParameterRoles.Of(model).ToDictionary(p => p.Name, p => p.Role);
        Assert.Equal(
            new Dictionary<string, ParameterRole>
            {
                ["conv.weight"] = ParameterRole.Weight,
                ["conv.bias"] = ParameterRole.GainOrBias,
                ["block.kernel"] = ParameterRole.Weight,
                ["block.gain"] = ParameterRole.GainOrBias,
                ["block.scalar"] = ParameterRole.GainOrBias,
                ["narrow.weight"] = ParameterRole.Weight,
                ["narrow.bias"] = ParameterRole.GainOrBias,
                ["head.weight"] = ParameterRole.ClassifierWeight,
                ["head.bias"] = ParameterRole.GainOrBias,
            },
            roles);
    }

    [Fact]
    public void A_classifier_inside_a_larger_module_and_inside_a_sequence_is_found()
    {
        using var inner = new SmallNet();
        using var outer = Sequential(("backbone", inner), ("last", ReLU()));
        var classifier = Assert.Single(ParameterRoles.Of(outer), p => p.Role == ParameterRole.ClassifierWeight);
        Assert.Equal("backbone.head.weight", classifier.Name);
    }

    [Fact]
    public void Frozen_parameters_are_left_out_and_shared_ones_are_named_once()
    {
        using var model = new SmallNet();
        model.Narrow.weight.requires_grad = false;
        model.Narrow.bias!.requires_grad = false;
        model.Share();
        var names = ParameterRoles.Of(model).Select(p => p.Name).ToArray();
        Assert.DoesNotContain(names, name => name.StartsWith("narrow", StringComparison.Ordinal));
        Assert.Single(names, name => name.EndsWith("weight", StringComparison.Ordinal) && name.Contains("conv", StringComparison.Ordinal));
    }

    [Fact]
    public void The_recipe_decays_weights_only_and_never_clips_the_classifier()
    {
        using var model = new SmallNet();
        var clipping = new AdaptiveGradientClipping();
        var groups = ParameterGroup.ByRole(model, weightDecay: 0.1, clipping).ToDictionary(g => g.Parameters[0].Role);
        Assert.Equal(3, groups.Count);
        Assert.Equal((0.1, clipping), (groups[ParameterRole.Weight].WeightDecay, groups[ParameterRole.Weight].Clipping));
        Assert.Equal((0.0, clipping), (groups[ParameterRole.GainOrBias].WeightDecay, groups[ParameterRole.GainOrBias].Clipping));
        Assert.Equal(0.1, groups[ParameterRole.ClassifierWeight].WeightDecay);
        Assert.Null(groups[ParameterRole.ClassifierWeight].Clipping);
        Assert.Equal(9, groups.Values.Sum(g => g.Parameters.Count));
    }

    private sealed class GainedBlock : Module<Tensor, Tensor>
    {
        public GainedBlock()
            : base(nameof(GainedBlock))
        {
            register_parameter("kernel", new Parameter(randn(4, 4, 1, 1)));
            register_parameter("gain", new Parameter(ones(4, 1, 1, 1)));
            register_parameter("scalar", new Parameter(zeros([])));
        }

        public override Tensor forward(Tensor x) => x;
    }

    private sealed class SmallNet : Module<Tensor, Tensor>, IHasClassifier
    {
        private readonly Conv2d _conv = Conv2d(3, 4, 3);
        private readonly Linear _head = Linear(4, 5);

        public SmallNet()
            : base(nameof(SmallNet))
        {
            register_module("conv", _conv);
            register_module("block", new GainedBlock());
            register_module("narrow", Narrow);
            register_module("head", _head);
        }

        public Linear Narrow { get; } = Linear(6, 1);

        public Module Classifier => _head;

        public void Share() => register_module("conv_again", _conv);

        public override Tensor forward(Tensor x) => x;
    }
}
