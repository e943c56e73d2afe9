using Deep.Perceivers.Recipes;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers.Tests.Recipes;

public sealed class GradientTests
{
    private const double Step = 1e-5;

    [Fact]
    public void The_gradient_of_every_parameter_is_the_slope_of_the_loss()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Perceiver(SmallPerceivers.Digits with { Latents = 3, LatentChannels = 8, LatentScale = 0.5, Blocks = 2, CrossAttends = 2, LayersPerBlock = 1 });
        model.to(ScalarType.Float64);
        var x = randn(2, 1, 8, 8, ScalarType.Float64);
        var labels = tensor(new long[] { 3, 7 });
        functional.cross_entropy(model.call(x), labels).backward();
        var random = new Random(1);
        foreach (var (name, parameter) in model.named_parameters())
        {
            using var withoutGradient = no_grad();
            for (var i = 0; i < 3; i++)
            {
                var flat = parameter.detach().view(-1);
                var place = random.Next((int)flat.numel());
                var before = flat[place].item<double>();
                double LossAt(double value)
                {
                    flat[place] = tensor(value, ScalarType.Float64);
                    return functional.cross_entropy(model.call(x), labels).item<double>();
                }

                var slope = (LossAt(before + Step) - LossAt(before - Step)) / (2 * Step);
                LossAt(before);
                var gradient = parameter.grad!.view(-1)[place].item<double>();
                Assert.True(Math.Abs(slope - gradient) < 1e-6 + (1e-4 * Math.Abs(slope)), $"{name}[{place}]: slope {slope}, gradient {gradient}");
            }
        }
    }

    [Fact]
    public void The_output_depends_on_the_input()
    {
        using var scope = NewDisposeScope();
        manual_seed(3);
        using var model = new Perceiver(SmallPerceivers.Digits);
        using var withoutGradient = no_grad();
        var logits = model.call(randn(4, 1, 8, 8));
        Assert.True(logits.std(0).mean().item<float>() > 0.01f, $"{logits.std(0).mean().item<float>()}");
    }
}
