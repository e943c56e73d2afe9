using Deep.Tensors;
using Deep.Training.SignalPropagation;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests.SignalPropagation.Probing;

public class SignalProbeTests
{
    [Fact]
    public void Norm_and_cosines_are_those_of_the_kernel_of_positions()
    {
        using var model = new ProbedChain(16, new Scaling(0.5), new Averaging(0.3));
        using var tokens = ProbedChain.Tokens(1, 12);
        var report = SignalProbe.Run(model, tokens);
        using var scope = NewDisposeScope();
        var stream = model.Embed(tokens);
        for (var layer = 0; layer < 3; layer++)
        {
            stream = layer == 0 ? stream : model.Blocks[layer - 1].call(stream);
            var expected = SignalKernel.Of(Kernel(stream));
            var found = report.Layers[layer].Measured;
            Assert.Equal(expected.SquaredNorm, found.SquaredNorm, 1e-9);
            Assert.Equal(expected.NeighbourCosine, found.NeighbourCosine, 1e-9);
            Assert.Equal(expected.DistantCosine, found.DistantCosine, 1e-9);
        }

        Assert.Equal(0.25 * report.Layers[0].Measured.SquaredNorm, report.Layers[1].Measured.SquaredNorm, 1e-6);
        Assert.Equal(["embedding", "Scaling", "plain attention"], report.Layers.Select(layer => layer.Kind));
        Assert.Equal([0, 1, 2], report.Layers.Select(layer => layer.Layer));
    }

    [Fact]
    public void The_summary_of_a_kernel_is_right_by_hand()
    {
        // Four positions: a quarter is one of them.
        var summary = SignalKernel.Of(new double[,] { { 4, 1, 0, 2 }, { 1, 1, 0.5, 0 }, { 0, 0.5, 1, 0 }, { 2, 0, 0, 4 } });
        Assert.Equal(2.5, summary.SquaredNorm, 1e-12);
        Assert.Equal((0.5 + 0.5 + 0) / 3, summary.NeighbourCosine, 1e-12);
        Assert.Equal(0.5, summary.DistantCosine, 1e-12);
        Assert.Throws<ShapeException>(() => SignalKernel.Of(new double[2, 3]));
        Assert.Throws<ShapeException>(() => SignalKernel.Of(new double[1, 1]));
    }

    [Fact]
    public void Gradients_are_those_of_the_loss_with_respect_to_each_stream()
    {
        using var model = new ProbedChain(16, [.. Enumerable.Range(0, 12).Select(_ => new Scaling(0.5))]);
        using var tokens = ProbedChain.Tokens(2, 10);
        var layers = SignalProbe.Run(model, tokens).Layers;
        for (var layer = 0; layer < 12; layer++)
        {
            Assert.Equal(0.5, layers[layer].GradientNorm / layers[layer + 1].GradientNorm, 1e-4);
        }

        // By hand for the last: the gradient of the mean cross entropy through the head.
        using var scope = NewDisposeScope();
        var stream = model.Blocks.Aggregate(model.Embed(tokens), (x, block) => block.call(x)).detach().requires_grad_(true);
        var loss = functional.cross_entropy(model.Head(stream)[.., ..9].flatten(0, 1), tokens[.., 1..].flatten());
        loss.backward();
        Assert.Equal(stream.grad!.norm().item<float>(), layers[12].GradientNorm, 1e-6);
        Assert.Equal(loss.item<float>(), SignalProbe.Run(model, tokens).Loss, 1e-6);
    }

    [Fact]
    public void Attention_that_only_averages_collapses_and_the_verdict_names_the_layer()
    {
        using var model = new ProbedChain(32, [.. Enumerable.Range(0, 20).Select(_ => new Averaging(0.5) { IsNormalized = true })]);
        using var tokens = ProbedChain.Tokens(2, 16);
        var report = SignalProbe.Run(model, tokens);
        var layer = report.Layers.Skip(1).First(l => l.Measured.DistantCosine > 0.99).Layer;
        Assert.InRange(layer, 3, 19);
        Assert.Equal($"rank collapse from layer {layer}: plain attention", report.Verdicts[0].ToString());
        Assert.False(report.IsHealthy);
        Assert.All(report.Layers.Skip(1), l => Assert.Equal(1, l.AttentionEntropy!.Value, 1e-5));
        Assert.Null(report.Layers[0].AttentionEntropy);
    }

    [Fact]
    public void Entropy_is_one_where_attention_sees_all_alike_and_zero_where_it_sees_one()
    {
        using var tokens = ProbedChain.Tokens(2, 8);
        using var everywhere = new ProbedChain(8, new Averaging(0.1, isCausal: false));
        Assert.Equal(1, SignalProbe.Run(everywhere, tokens).Layers[1].AttentionEntropy!.Value, 1e-5);
        using var identity = new ProbedChain(8, new Looking());
        Assert.Equal(0, SignalProbe.Run(identity, tokens).Layers[1].AttentionEntropy!.Value, 1e-9);
    }

    [Fact]
    public void A_probe_changes_neither_mode_nor_gradients_and_works_without_gradient_mode()
    {
        using var model = new ProbedChain(8, new Scaling(1), Dropout(0.5));
        using var tokens = ProbedChain.Tokens(2, 8);
        model.train();
        var first = SignalProbe.Run(model, tokens);
        using (no_grad())
        {
            var second = SignalProbe.Run(model, tokens);
            Assert.Equal(first.Layers.Select(l => l.GradientNorm), second.Layers.Select(l => l.GradientNorm));
            Assert.False(is_grad_enabled());
        }

        Assert.True(model.training);
        Assert.All(model.parameters(), parameter => Assert.True(parameter.grad is null));
        Assert.Equal(first.Layers[1].Measured, first.Layers[2].Measured);
    }

    [Fact]
    public void A_probe_leaves_no_tensor_behind()
    {
        using var model = new ProbedChain(8, new Scaling(1), new Averaging(0.5));
        using var tokens = ProbedChain.Tokens(2, 8);
        SignalProbe.Run(model, tokens);
        var live = new LiveTensors();
        SignalProbe.Run(model, tokens);
        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void Any_modules_with_any_loss_can_be_probed()
    {
        using var lift = Linear(3, 8);
        using var block = Linear(8, 8);
        using var input = ones(2, 4, 3);
        var report = SignalProbe.Run(
            new SignalPath(lift.call, [block, block], stream => stream), input, output => output.mean(),
            [null, new SignalKernel(1, 0.5, 0.2), null]);
        Assert.Equal(3, report.Layers.Count);
        Assert.Equal(0.5, report.Layers[1].Theory!.NeighbourCosine);
        Assert.Null(report.Layers[2].Theory);
        Assert.Equal(1, report.Layers[0].Measured.DistantCosine, 1e-6);
    }

    [Fact]
    public void What_cannot_be_probed_is_named()
    {
        using var model = new ProbedChain(8, new Scaling(1));
        using var one = ProbedChain.Tokens(2, 1);
        using var tokens = ProbedChain.Tokens(2, 8);
        Assert.Contains("two or more, but there is 1", Assert.Throws<ShapeException>(() => SignalProbe.Run(model, one)).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => SignalProbe.Run(model, tokens.flatten()));
        Assert.Contains("2 layers", Assert.Throws<ConfigurationException>(() => SignalProbe.Run(model, tokens, [null])).Message, StringComparison.Ordinal);
        using var empty = new ProbedChain(8);
        Assert.Throws<ConfigurationException>(() => SignalProbe.Run(empty, tokens));
        using var flat = new ProbedChain(8, Flatten());
        Assert.Contains("[N, T, d]", Assert.Throws<ShapeException>(() => SignalProbe.Run(flat, tokens)).Message, StringComparison.Ordinal);
    }

    private static double[,] Kernel(Tensor stream)
    {
        using var scope = NewDisposeScope();
        var rows = stream[0].to(ScalarType.Float64).detach();
        var kernel = new double[rows.shape[0], rows.shape[0]];
        for (var i = 0; i < kernel.GetLength(0); i++)
        {
            for (var j = 0; j < kernel.GetLength(0); j++)
            {
                kernel[i, j] = rows[i].dot(rows[j]).item<double>() / rows.shape[1];
            }
        }

        return kernel;
    }

    /// <summary>Attention of each position to itself alone.</summary>
    private sealed class Looking() : Module<Tensor, Tensor>(nameof(Looking)), ISignalBlock
    {
        public string Kind => "identity";

        public bool IsNormalized => false;

        public override Tensor forward(Tensor stream) => stream.alias();

        public Tensor AttentionProbabilities(Tensor stream)
        {
            using var scope = NewDisposeScope();
            return eye(stream.shape[1]).expand(stream.shape[0], 1, -1, -1).contiguous().MoveToOuterDisposeScope();
        }
    }
}
