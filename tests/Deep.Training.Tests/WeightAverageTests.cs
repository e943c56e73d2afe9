using System.Text.Json;
using Deep.Tensors;
using Deep.Tests;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training.Tests;

public class WeightAverageTests
{
    [SharedFact]
    public void Decays_match_the_references()
    {
        foreach (var test in new ParityCase("training", "ema").Root.GetProperty("decay_cases").EnumerateArray())
        {
            double Number(string name, double otherwise) =>
                test.TryGetProperty(name, out var value) ? value.GetDouble() : otherwise;
            var decay = test.GetProperty("kind").GetString() == "tf1_ema"
                ? AverageDecay.TensorFlow1(Number("decay", 0))
                : AverageDecay.TimmV3(
                    Number("decay", 0), test.TryGetProperty("use_warmup", out var warmup) && warmup.GetBoolean(),
                    Number("warmup_gamma", 1), Number("warmup_power", 2.0 / 3), Number("min_decay", 0),
                    (long)Number("update_after_step", 0));
            foreach (var (step, expected) in ParityCase.Longs(test.GetProperty("steps")).Zip(ParityCase.Doubles(test.GetProperty("decays"))))
            {
                Assert.Equal(expected, decay.At(step), 1e-9);
            }
        }
    }

    [SharedFact]
    public void The_average_follows_the_reference_trajectory()
    {
        using var scope = NewDisposeScope();
        var trajectory = new ParityCase("training", "ema").Root.GetProperty("trajectory");
        var weights = trajectory.GetProperty("weights").EnumerateArray().Select(Weight).ToArray();
        using var model = Linear(2, 3, hasBias: false, dtype: ScalarType.Float64);
        Set(model, weights[0]);
        using var average = new WeightAverage(model, AverageDecay.TensorFlow1(0.99999));
        foreach (var (after, k) in trajectory.GetProperty("ema_after").EnumerateArray().Select((after, k) => (after, k + 1)))
        {
            Set(model, weights[k]);
            average.Update(k);
            Assert.True(average.State["weight"].allclose(Weight(after), rtol: 1e-8, atol: 1e-8), $"step {k}");
        }

        static Tensor Weight(JsonElement values) => tensor(ParityCase.Doubles(values)).reshape(3, 2);
    }

    [Fact]
    public void Applying_shows_the_average_and_ending_it_brings_the_weights_back_to_the_bit()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(4, 3);
        using var average = new WeightAverage(model, AverageDecay.Fixed(0.75));
        var start = model.weight.detach().clone();
        Set(model, start * 3);
        average.Update(0);
        var own = model.weight.detach().clone();
        using (average.Apply())
        {
            Assert.True(model.weight.allclose(start * 1.5));
        }

        Assert.True(Bits.Same(own, model.weight));
    }

    [Fact]
    public void Float_buffers_are_averaged_and_integer_buffers_copied()
    {
        using var scope = NewDisposeScope();
        using var model = BatchNorm1d(2);
        using var average = new WeightAverage(model, AverageDecay.Fixed(0.5));
        using (no_grad())
        {
            model.running_mean!.fill_(4);
            model.num_batches_tracked!.fill_(7);
        }

        average.Update(0);
        Assert.Equal(2f, average.State["running_mean"][0].item<float>());
        Assert.Equal(7L, average.State["num_batches_tracked"].item<long>());
    }

    [Fact]
    public void A_saved_average_is_taken_up_again_and_a_wrong_one_is_refused_before_anything_changes()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(4, 3);
        using var first = new WeightAverage(model, AverageDecay.Fixed(0.5));
        Set(model, ones(3, 4));
        using var second = new WeightAverage(model, AverageDecay.Fixed(0.5));
        second.Load(first.State);
        Assert.True(Bits.Same(first.State["weight"], second.State["weight"]));
        var wrong = new Dictionary<string, Tensor> { ["weight"] = zeros(3, 4) };
        Assert.Contains("bias", Assert.Throws<ShapeException>(() => second.Load(wrong)).Message, StringComparison.Ordinal);
        Assert.True(Bits.Same(first.State["weight"], second.State["weight"]));
    }

    [Fact]
    public void Averages_leave_no_tensor_behind()
    {
        using var model = Linear(4, 3);
        var live = new LiveTensors();
        using (var average = new WeightAverage(model, AverageDecay.TensorFlow1(0.9)))
        {
            average.Update(0);
            average.Apply().Dispose();
        }

        Assert.Equal(0, live.Created);
    }

    [Fact]
    public void A_decay_of_one_would_never_move_and_is_refused() =>
        Assert.Throws<ConfigurationException>(() => AverageDecay.Fixed(1));

    private static void Set(Linear model, Tensor weight)
    {
        using var withoutGradient = no_grad();
        model.weight.copy_(weight);
    }
}
