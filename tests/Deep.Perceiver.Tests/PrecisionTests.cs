using Deep.Perceivers;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class PrecisionTests
{
    [Theory]
    [InlineData("pixels")]
    [InlineData("learned")]
    [InlineData("flow")]
    [InlineData("video")]
    public void Gradients_are_those_of_finite_differences(string kind)
    {
        using var scope = NewDisposeScope();
        var (network, input) = GraphTests.Build(kind);
        network.to(ScalarType.Float64);
        var x = input.Tensors.Values.Single().to(ScalarType.Float64).requires_grad_();
        using (no_grad())
        {
            foreach (var parameter in network.parameters())
            {
                parameter.add_(randn_like(parameter).mul(0.05));
            }
        }

        // One random direction through all parameters and the input at once.
        var leaves = network.parameters().Cast<Tensor>().Append(x).ToList();
        var directions = leaves.Select(leaf => randn_like(leaf).detach()).ToList();
        var weights = randn_like(network.forward(x)).detach();
        Loss().backward();
        var slope = leaves.Zip(directions, (leaf, direction) => leaf.grad!.mul(direction).sum().ToDouble()).Sum();
        const double step = 1e-5;
        using var frozen = no_grad();
        var difference = (Moved(step) - Moved(-2 * step)) / (2 * step);
        Assert.InRange(slope / difference, 1 - 1e-4, 1 + 1e-4);

        Tensor Loss() => network.forward(x).mul(weights).sum();

        double Moved(double by)
        {
            foreach (var (leaf, direction) in leaves.Zip(directions))
            {
                leaf.add_(direction.mul(by));
            }

            return Loss().ToDouble();
        }
    }

    [Theory]
    [InlineData("pixels")]
    [InlineData("text")]
    [InlineData("multimodal")]
    public void In_bf16_the_outputs_are_near_those_in_f32(string kind)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var (network, input) = GraphTests.Build(kind);
        var expected = network.Run(input);
        network.to(ScalarType.BFloat16);
        var tensors = input.Tensors.ToDictionary(t => t.Key, t => t.Value.dtype == ScalarType.Int64 ? t.Value : t.Value.to(ScalarType.BFloat16));
        var outputs = network.Run(PerceiverInput.Of(tensors));
        foreach (var (name, output) in outputs)
        {
            Assert.Equal(ScalarType.BFloat16, output.dtype);
            var deviation = output.to(ScalarType.Float32).sub(expected[name]).square().mean().sqrt().ToDouble();
            Assert.InRange(deviation, 0, 0.1 * expected[name].std().ToDouble());
        }
    }
}
