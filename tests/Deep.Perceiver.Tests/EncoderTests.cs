using Deep.Perceivers;
using TorchSharp;
using static Deep.Tests.Perceivers.GraphTests;
using static TorchSharp.torch;

namespace Deep.Tests.Perceivers;

public sealed class EncoderTests
{
    [Theory]
    [InlineData(1, 1, Sharing.All, Sharing.All, 1, 1)]
    [InlineData(3, 5, Sharing.AllButFirst, Sharing.All, 2, 1)]
    [InlineData(3, 5, Sharing.None, Sharing.AllButFirst, 3, 2)]
    [InlineData(5, 5, Sharing.All, Sharing.None, 1, 5)]
    public void Shared_weights_are_registered_once(int crossAttends, int blocks, Sharing crossSharing, Sharing blockSharing, int distinctCross, int distinctBlocks)
    {
        using var network = new Perceiver(Config(crossAttends, blocks, crossSharing, blockSharing));
        Assert.Equal(distinctCross, network.Encoder.CrossAttends.Count);
        Assert.Equal(distinctBlocks, network.Encoder.Blocks.Count);
        Assert.Equal(2 * distinctBlocks, network.state_dict().Keys.Count(k => k.StartsWith("encoder.blocks.", StringComparison.Ordinal)
            && k.EndsWith(".norm.weight", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData(2, 4, Sharing.AllButFirst, Sharing.All)]
    [InlineData(3, 3, Sharing.None, Sharing.None)]
    [InlineData(3, 4, Sharing.All, Sharing.AllButFirst)]
    public void A_cross_attend_stands_at_the_start_of_each_of_the_first_blocks(int crossAttends, int blocks, Sharing crossSharing, Sharing blockSharing)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        random.manual_seed(1);
        var config = Config(crossAttends, blocks, crossSharing, blockSharing);
        var network = new Perceiver(config);
        var x = randn(2, 11, 5);
        var z = network.Latents.unsqueeze(0).expand(2, -1, -1);
        for (var block = 0; block < blocks; block++)
        {
            if (block < crossAttends)
            {
                z = network.Encoder.CrossAttends[Set(block, crossSharing)].call(z, x);
            }

            foreach (var layer in network.Encoder.Blocks[Set(block, blockSharing)])
            {
                z = layer.call(z);
            }
        }

        AssertClose(z, network.forward(x), 1e-6);

        static int Set(int index, Sharing sharing) => sharing == Sharing.All ? 0 : sharing == Sharing.None ? index : Math.Min(1, index);
    }

    [Fact]
    public void The_same_samples_in_another_batch_give_the_same_latents()
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var network = new Perceiver(Config(2, 2, Sharing.AllButFirst, Sharing.All));
        var x = randn(3, 11, 5);
        AssertClose(network.forward(x)[1], network.forward(x.narrow(0, 1, 1))[0], 1e-5);
    }

    [Fact]
    public void Fresh_weights_are_finite_and_of_the_right_size()
    {
        random.manual_seed(2);
        using var network = new Perceiver(Small.Multimodal with { LatentChannels = 64, SelfAttention = new AttentionConfig { Heads = 8, Widening = 4 } });
        using var scope = NewDisposeScope();
        foreach (var (name, parameter) in network.named_parameters())
        {
            Assert.True(parameter.isfinite().all().ToBoolean(), name);
            if (name.EndsWith("attention.query.weight", StringComparison.Ordinal) && parameter.numel() > 2000)
            {
                Assert.InRange(parameter.std().ToDouble() * Math.Sqrt(parameter.shape[1]), 0.9, 1.1);
                Assert.InRange(parameter.abs().max().ToDouble() * Math.Sqrt(parameter.shape[1]), 1.5, 2 / 0.8796);
            }
            else if (name.EndsWith("bias", StringComparison.Ordinal))
            {
                Assert.Equal(0, parameter.abs().max().ToDouble());
            }
        }

        Assert.InRange(network.Latents.abs().max().ToDouble(), 0.03, 0.04);
        Assert.InRange(network.Latents.std().ToDouble(), 0.016, 0.019);
    }

    [Theory]
    [InlineData("flow")]
    [InlineData("learned")]
    public void The_last_layer_of_flow_and_of_average_then_project_starts_at_zero(string kind)
    {
        using var scope = NewDisposeScope();
        var (network, input) = Build(kind);
        Assert.Equal(0, network.Run(input)[Perceiver.Output].abs().max().ToDouble());
    }

    private static PerceiverConfig Config(int crossAttends, int blocks, Sharing crossSharing, Sharing blockSharing) =>
        Small.Of(new GridConfig { InputChannels = 5 }) with
        {
            CrossAttends = crossAttends,
            Blocks = blocks,
            CrossSharing = crossSharing,
            BlockSharing = blockSharing,
        };
}
