using Deep.Nowcast.Tests.Forecasting;
using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Inference;

/// <summary>Large frames in passes of bounded memory: no seam, neither beside the whole frame at once nor beside the plain network.</summary>
public sealed class BoundedMemoryTests
{
    private const double Allowed = 1e-4; // mm/h

    public static TheoryData<string> Weights => ["paper", "three quarters", "rates of rain"];

    [Theory]
    [InlineData("paper")]
    [InlineData("rates of rain")]
    public void Passes_of_any_size_give_the_forecast_of_one_pass(string weights)
    {
        using var scope = NewDisposeScope();
        using var generator = Generator(weights);
        using var whole = generator.ForInference(new InferenceOptions { WorkingMemory = 4L << 30 });
        var rain = MovingRain(generator.Config, 397, 431);
        var noise = whole.Noise(6, 397, 431, new Generator(1));
        var (expected, passes) = Forecast(whole, rain, noise);
        Assert.Equal(1, passes);
        foreach (var (memory, least) in new[] { (16, 3), (24, 2), (32, 2) })
        {
            using var bounded = generator.ForInference(new InferenceOptions { WorkingMemory = (long)memory << 20 });
            (var found, passes) = Forecast(bounded, rain, noise);
            Assert.True(passes >= least, $"{memory} MiB: {passes} passes");
            RequireNoSeam(found, expected, $"{weights}, {memory} MiB");
        }
    }

    [Theory]
    [MemberData(nameof(Weights))]
    public void Passes_give_the_forecast_of_the_plain_network_on_the_whole_frame(string weights)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = Generator(weights);
        using var bounded = generator.ForInference(new InferenceOptions { WorkingMemory = 1L << 24 });
        var rain = MovingRain(generator.Config, 270, 200);
        var noise = bounded.Noise(3, 270, 200, new Generator(2));
        var (found, passes) = Forecast(bounded, rain, noise, steps: 9);
        Assert.True(passes >= 2);
        var (frames, _) = FrameBorder.Prepare(rain.unsqueeze(0));
        var expected = generator.Forecast(frames, noise, 9).relu().narrow(3, 0, 270).narrow(4, 0, 200);
        RequireNoSeam(found, expected, weights);
    }

    private static void RequireNoSeam(Tensor found, Tensor expected, string what)
    {
        Assert.Equal(expected.shape, found.shape);
        var difference = found.sub(expected).abs().max().item<float>();
        Assert.True(difference < Allowed, $"{what}: {difference} mm/h, of {expected.max().item<float>()} mm/h");
    }

    private static (Tensor Rain, int Passes) Forecast(InferenceDgmr network, Tensor context, Tensor noise, int? steps = null)
    {
        var count = new PassCount();
        return (network.Forecast(context, noise, steps, count), count.Passes);
    }

    // Norms as after training in the first two, with forecasts of any scale; the third has seen rain, and its forecasts are of rain's rates.
    private static Dgmr Generator(string weights)
    {
        if (weights != "rates of rain")
        {
            return SmallGenerators.Of(weights);
        }

        var generator = SmallGenerators.Of("openclimatefix");
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var context = MovingRain(generator.Config, 32, 32).unsqueeze(0).expand(2, -1, -1, -1, -1);
        generator.train();
        for (var step = 0; step < 10; step++)
        {
            generator.forward(context, generator.Noise(2, 32, 32, new Generator((ulong)step)));
        }

        generator.eval();
        using Scalar factor = 60 / generator.forward(context, generator.Noise(2, 32, 32, new Generator(1))).max().item<float>();
        generator.Sampler.Norm.Weight.mul_(factor);
        generator.Sampler.Norm.Bias.mul_(factor);
        return generator;
    }

    // [T, C, H, W]
    private static Tensor MovingRain(DgmrConfig config, int height, int width) =>
        Rain.Sequence(config.ContextFrames, height, width, Rain.Cells(1, height, width), (x, y, t) => (x - (2 * t), y - t)).ToTensor();

    private sealed class PassCount : IProgress<NowcastProgress>
    {
        public int Passes { get; private set; }

        public void Report(NowcastProgress value) => Passes++;
    }
}
