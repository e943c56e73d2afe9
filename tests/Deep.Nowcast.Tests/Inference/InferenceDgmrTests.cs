using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Tests.Inference;

public sealed class InferenceDgmrTests
{
    public static TheoryData<string> Kinds => SmallGenerators.Kinds;

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Forecasts_are_those_of_the_plain_network(string kind)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = SmallGenerators.Of(kind);
        using var inference = generator.ForInference();
        foreach (var (height, width) in new[] { (64, 96), (32, 32) })
        {
            var rain = SmallGenerators.Rain(generator.Config, height, width);
            var noise = inference.Noise(3, height, width, new Generator(1));
            var expected = generator.forward(rain.unsqueeze(0), noise);
            Assert.True(expected.std().item<float>() > 1e-3);
            var found = inference.Forecast(rain, noise);
            Assert.True(SmallGenerators.Difference(found, expected.relu()) < 1e-5, $"{kind}: {SmallGenerators.Difference(found, expected.relu())}");
        }
    }

    [Fact]
    public void So_they_are_where_channels_and_tiles_are_many()
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = SmallGenerators.Of("openclimatefix", widths: 3);
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, 128, 128);
        var noise = inference.Noise(3, 128, 128, new Generator(1));
        var found = inference.Forecast(rain, noise);
        Assert.True(SmallGenerators.Difference(found, generator.forward(rain.unsqueeze(0), noise).relu()) < 2e-5);
    }

    [Fact]
    public void Steps_and_members_in_passes_give_the_same_forecast()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("openclimatefix");
        using var inference = generator.ForInference();
        using var tight = generator.ForInference(new InferenceOptions { WorkingMemory = 1L << 24 });
        var rain = SmallGenerators.Rain(generator.Config, 512, 448);
        var noise = inference.Noise(8, 512, 448, new Generator(1));
        var done = new List<int>();
        var passes = tight.Forecast(rain, noise, progress: new Passes(done));
        Assert.Equal([4, 8, 12, 16, 20, 24], done);
        Assert.True(SmallGenerators.Difference(passes, inference.Forecast(rain, noise)) < 1e-5);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(33, 70)]
    [InlineData(5, 40)]
    public void Any_size_is_reflected_and_cut_back(int height, int width)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, height, width);
        var noise = inference.Noise(2, height, width, new Generator(1));
        var found = inference.Forecast(rain, noise);
        Assert.Equal([2L, 3, 1, height, width], found.shape);
        Assert.True(found.isfinite().all().item<bool>());
        var padded = rain;
        for (var axis = 2; axis < 4; axis++)
        {
            var side = padded.shape[axis];
            while (padded.shape[axis] % 32 != 0)
            {
                var at = padded.shape[axis];
                var from = side == 1 ? 0 : at / (side - 1) % 2 == 1 ? side - 1 - (at % (side - 1)) : at % (side - 1);
                padded = cat([padded, padded.narrow(axis, from, 1)], axis);
            }
        }

        var whole = generator.forward(padded.unsqueeze(0), noise).relu();
        var difference = found.sub(whole.narrow(3, 0, height).narrow(4, 0, width)).abs().max().item<float>();
        Assert.True(difference < 1e-5 * whole.max().item<float>(), $"{difference}");
    }

    [Fact]
    public void What_is_missing_is_dry_to_the_network_and_missing_in_the_forecast()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, 64, 64);
        var noise = inference.Noise(2, 64, 64, new Generator(1));
        using Scalar nan = float.NaN;
        using Scalar negative = -3;
        var dry = rain.clone();
        dry.narrow(2, 10, 10).zero_();
        var missing = dry.clone();
        missing.narrow(2, 10, 10).fill_(nan);
        missing[0, 0, 40, 40].fill_(negative);
        dry[0, 0, 40, 40].zero_();
        var (expected, found) = (inference.Forecast(dry, noise), inference.Forecast(missing, noise));
        Assert.Equal(2 * 3 * 10 * 64, found.isnan().sum().item<long>());
        Assert.True(found.narrow(3, 10, 10).isnan().all().item<bool>());
        Assert.True(expected.isfinite().all().item<bool>());
        Assert.Equal(0, found.nan_to_num(0).sub(expected).narrow(3, 20, 44).abs().max().item<float>());
        Assert.True(expected.min().item<float>() >= 0);
        using Scalar infinite = float.PositiveInfinity;
        var nothing = inference.Forecast(full_like(rain, nan), noise);
        Assert.True(nothing.isnan().all().item<bool>());
        Assert.True(inference.Forecast(zeros_like(rain), noise).isfinite().all().item<bool>());
        Assert.Throws<ShapeException>(() => inference.Forecast(full_like(rain, infinite), noise));
    }

    [Fact]
    public void Members_may_have_a_context_each()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, 64, 32);
        var noise = inference.Noise(2, 64, 32, new Generator(1));
        var both = inference.Forecast(stack([rain, rain.Times(2)], 0), noise);
        var second = inference.Forecast(rain.Times(2), noise.narrow(0, 1, 1));
        Assert.True(SmallGenerators.Difference(both.narrow(0, 1, 1), second) < 1e-5);
        Assert.True(SmallGenerators.Difference(both.narrow(0, 0, 1), second) > 1e-3);
    }

    [Fact]
    public void Bf16_is_near()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("openclimatefix");
        if (!Precisions.IsNative(Precision.BFloat16, CPU))
        {
            Assert.Throws<DeviceException>(() => generator.ForInference(new InferenceOptions { Precision = Precision.BFloat16 }));
            return;
        }

        using var inference = generator.ForInference();
        using var narrow = generator.ForInference(new InferenceOptions { Precision = Precision.BFloat16 });
        var rain = SmallGenerators.Rain(generator.Config, 64, 64);
        var noise = inference.Noise(2, 64, 64, new Generator(1));
        var (expected, found) = (inference.Forecast(rain, noise), narrow.Forecast(rain, noise));
        Assert.Equal(ScalarType.Float32, found.dtype);
        Assert.InRange(SmallGenerators.Difference(found, expected), 1e-7, 0.05);
    }

    [Fact]
    public void A_forecast_can_be_cancelled()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference(new InferenceOptions { WorkingMemory = 1L << 24 });
        using var cancellation = new CancellationTokenSource();
        var rain = SmallGenerators.Rain(generator.Config, 256, 256);
        var noise = inference.Noise(9, 256, 256, new Generator(1));
        var done = new List<int>();
        var progress = new Passes(done, cancellation.Cancel);
        Assert.Throws<OperationCanceledException>(() => inference.Forecast(rain, noise, 40, progress, cancellation.Token));
        Assert.Single(done);
    }

    [Fact]
    public void Bad_input_is_refused_in_one_sentence()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, 64, 64);
        var noise = inference.Noise(2, 64, 64);
        Assert.Throws<ShapeException>(() => inference.Forecast(rain.narrow(0, 0, 3), noise));
        Assert.Throws<ShapeException>(() => inference.Forecast(rain, inference.Noise(2, 64, 32)));
        Assert.Throws<ShapeException>(() => inference.Forecast(stack([rain, rain, rain], 0), noise));
        Assert.Throws<ShapeException>(() => inference.Forecast(rain.to(ScalarType.Int32), noise));
        Assert.Throws<ShapeException>(() => inference.Forecast(rain.narrow(3, 0, 0), noise));
        Assert.Throws<ConfigurationException>(() => inference.Forecast(rain, noise, steps: 0));
        Assert.Throws<ConfigurationException>(() => inference.Noise(0, 64, 64));
        Assert.Throws<ConfigurationException>(() => generator.ForInference(new InferenceOptions { WorkingMemory = 1 }));
    }

    [Fact]
    public void It_has_its_own_weights_and_leaves_no_tensor_behind()
    {
        var all = new LiveTensors();
        using (var generator = SmallGenerators.Of("openclimatefix"))
        using (var inference = generator.ForInference())
        using (var rain = SmallGenerators.Rain(generator.Config, 40, 64))
        using (var noise = inference.Noise(2, 40, 64, new Generator(1)))
        {
            using var before = inference.Forecast(rain, noise);
            using (no_grad())
            {
                generator.Sampler.Output.Bias.PlusInPlace(3);
            }

            generator.Dispose();
            var live = new LiveTensors();
            using (var after = inference.Forecast(rain, noise))
            {
                Assert.Equal(0, SmallGenerators.Difference(after, before));
            }

            Assert.Equal(0, live.Created);
        }

        Assert.Equal(0, all.Created);
    }

    [Fact]
    public async Task Many_threads_may_forecast_at_once()
    {
        using var scope = NewDisposeScope();
        using var generator = SmallGenerators.Of("paper");
        using var inference = generator.ForInference();
        var rain = SmallGenerators.Rain(generator.Config, 64, 64);
        var noise = inference.Noise(4, 64, 64, new Generator(1));
        var expected = inference.Forecast(rain, noise).data<float>().ToArray();
        var found = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            using var forecast = inference.Forecast(rain, noise);
            return forecast.data<float>().ToArray();
        })));
        Assert.All(found, one => Assert.Equal(expected, one));
    }

    private sealed class Passes(List<int> done, Action? then = null) : IProgress<NowcastProgress>
    {
        public void Report(NowcastProgress value)
        {
            done.Add(value.Done);
            then?.Invoke();
        }
    }
}
