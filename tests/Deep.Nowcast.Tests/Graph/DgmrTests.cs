using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Tensors;
using Deep.Tests.Nowcast.Radar;
using static TorchSharp.torch;

namespace Deep.Tests.Nowcast.Graph;

/// <summary>The whole generator and discriminators: sizes, noise, training, bad input, threads.</summary>
public sealed class DgmrTests
{
    private static DgmrConfig Small => DgmrConfig.Paper with
    {
        ContextChannels = 16,
        LatentChannels = 32,
        NoiseChannels = 1,
        ForecastSteps = 3,
        SpatialFrames = 2,
        DiscriminatorChannels = 4,
        SpatialBlocks = 1,
        TemporalBlocks = 1,
    };

    [Fact]
    public void Public_sizes_have_the_public_numbers_of_parameters()
    {
        using var generator = Dgmr.Uninitialized(DgmrConfig.OpenClimateFix, META);
        using var discriminator = DgmrDiscriminator.Uninitialized(DgmrConfig.OpenClimateFix, META);
        Assert.Equal(4_210_440, Count(generator.Conditioning));
        Assert.Equal(7_228_305, Count(generator.Latent));
        Assert.Equal(42_128_212, Count(generator.Sampler));
        Assert.Equal(53_566_957, Count(generator));
        Assert.Equal(22_205_425, Count(discriminator.Spatial));
        Assert.Equal(22_499_185, Count(discriminator.Temporal));
        Assert.Equal(44_704_610, Count(discriminator));
    }

    [Fact]
    public void A_full_size_model_has_the_same_bits_through_both_formats()
    {
        using var folder = new TemporaryFolder();
        using var generator = Dgmr.Uninitialized(DgmrConfig.OpenClimateFix, CPU);
        using (no_grad())
        {
            foreach (var (name, value) in generator.state_dict().Where(pair => pair.Value.is_floating_point()))
            {
                using var filled = tensor(FillRule.Weight(name, value.shape), value.shape);
                value.copy_(filled);
            }
        }

        foreach (var file in new[] { folder.At("model.safetensors"), folder.At("pytorch_model.bin") })
        {
            generator.Save(file);
            using var back = Dgmr.Load(file);
            var state = back.state_dict();
            Assert.All(generator.state_dict(), pair => Assert.True(pair.Value.Equals(state[pair.Key]), pair.Key));
            File.Delete(file);
        }
    }

    [Fact]
    public void Each_member_has_its_own_noise()
    {
        using var scope = NewDisposeScope();
        using var network = new Dgmr(Small);
        network.eval();
        using var inference = inference_mode();
        var context = rand([1, 4, 1, 64, 32]).mul(5);
        var noise = network.Noise(3, 64, 32, new Generator(1));
        var members = network.forward(context, noise);
        Assert.Equal([3, 3, 1, 64, 32], members.shape);
        Assert.False(members[0].Equals(members[1]));
        var alone = network.forward(context, noise.narrow(0, 1, 1));
        Assert.True(alone[0].allclose(members[1], 1e-4, 1e-5));
        Assert.True(network.Noise(3, 64, 32, new Generator(1)).Equals(noise));
    }

    [Fact]
    public void A_training_step_makes_one_power_iteration()
    {
        using var scope = NewDisposeScope();
        using var network = new Dgmr(Small);
        var (context, noise) = (rand([2, 4, 1, 32, 64]), network.Noise(2, 32, 64));
        foreach (var norm in new[] { network.Sampler.Levels[1].Gru.Cell.ReadGate.Norm, network.Conditioning.Blocks[0].First.Norm })
        {
            var rows = norm.Original.detach().flatten(1);
            var u = rows.mv(norm.V);
            u = u.div(u.norm());
            var v = rows.t().mv(u);
            v = v.div(v.norm());
            network.train();
            network.forward(context, noise);
            Assert.True(norm.U.allclose(u, 1e-4, 1e-5));
            Assert.True(norm.V.allclose(v, 1e-4, 1e-5));
            var before = norm.U.clone();
            network.eval();
            network.forward(context, noise);
            network.train();
            network.IteratesWhenTraining = false;
            network.forward(context, noise);
            Assert.True(norm.U.Equals(before));
            network.IteratesWhenTraining = true;
        }
    }

    [Theory]
    [InlineData(1, 3, 1, 64, 64)]
    [InlineData(1, 4, 2, 64, 64)]
    [InlineData(1, 4, 1, 16, 64)]
    [InlineData(1, 4, 1, 48, 64)]
    [InlineData(0, 4, 1, 64, 64)]
    public void Frames_that_do_not_fit_are_one_clear_exception(long batch, long frames, long channels, long height, long width)
    {
        using var scope = NewDisposeScope();
        using var network = new Dgmr(Small);
        Assert.Throws<ShapeException>(() => network.forward(zeros([batch, frames, channels, height, width]), zeros([1, 1, 2, 2])));
        Assert.Throws<ShapeException>(() => network.Noise(1, 16, 64));
        Assert.Throws<ShapeException>(() => network.forward(zeros([1, 4, 1, 64, 64]), zeros([1, 1, 2, 3])));
        Assert.Throws<ShapeException>(() => network.forward(zeros([2, 4, 1, 64, 64]), zeros([3, 1, 2, 2])));
    }

    [Fact]
    public void Discriminators_refuse_frames_that_do_not_fit()
    {
        using var scope = NewDisposeScope();
        using var network = new DgmrDiscriminator(Small);
        Assert.Equal([2, 2], network.forward(rand([2, 7, 1, 32, 32])).shape);
        Assert.Throws<ShapeException>(() => network.forward(rand([2, 7, 2, 32, 32])));
        Assert.Throws<ShapeException>(() => network.forward(rand([2, 5, 1, 32, 32])));
        Assert.Throws<ShapeException>(() => network.forward(rand([2, 7, 1, 8, 8])));
        Assert.Throws<ShapeException>(() => network.forward(rand([2, 7, 1, 32, 32]), new DiscriminatorView([[0, 7]])));
    }

    [Fact]
    public void Forward_passes_leave_no_tensor_behind()
    {
        using var generator = new Dgmr(Small);
        using var discriminator = new DgmrDiscriminator(Small);
        Step();
        var live = new LiveTensors();
        Step();
        Assert.Equal(0, live.Created);

        void Step()
        {
            using var scope = NewDisposeScope();
            using var quiet = no_grad();
            using var context = rand([2, 4, 1, 32, 32]);
            using var noise = generator.Noise(2, 32, 32);
            using var forecast = generator.forward(context, noise);
            using var frames = cat([context, forecast], 1);
            using var scores = discriminator.forward(frames);
        }
    }

    [Fact]
    public void Concurrent_predictions_are_those_of_one_thread()
    {
        using var network = new Dgmr(Small);
        network.eval();
        using var context = rand([1, 4, 1, 32, 32]);
        using var noise = network.Noise(1, 32, 32);
        using var alone = Predict();
        Parallel.For(0, 8, _ =>
        {
            using var again = Predict();
            Assert.True(again.allclose(alone, 1e-4, 1e-6));
        });

        Tensor Predict()
        {
            using var inference = inference_mode();
            return network.forward(context, noise);
        }
    }

    private static long Count(nn.Module module) => module.parameters().Sum(parameter => parameter.numel());
}
