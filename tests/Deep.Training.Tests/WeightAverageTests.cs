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
    public void Float_buffers_are_copied_where_that_is_asked_for()
    {
        using var scope = NewDisposeScope();
        using var model = BatchNorm1d(2);
        using var average = new WeightAverage(model, AverageDecay.Fixed(0.5), copiesBuffers: true);
        using (no_grad())
        {
            model.running_mean!.fill_(4);
            model.weight!.fill_(3);
        }

        average.Update(0);
        Assert.Equal(4f, average.State["running_mean"][0].item<float>());
        Assert.Equal(2f, average.State["weight"][0].item<float>());
    }

    [Fact]
    public void Of_a_model_in_bf16_the_masters_are_averaged_in_f32()
    {
        using var scope = NewDisposeScope();
        using var half = Linear(4, 3, dtype: ScalarType.BFloat16);
        using var full = Linear(4, 3);
        Set(full, half.weight.to(ScalarType.Float32));
        using var ofHalf = new NesterovSgd([new() { Parameters = [new("weight", half.weight, ParameterRole.Weight)] }]);
        using var ofFull = new NesterovSgd([new() { Parameters = [new("weight", full.weight, ParameterRole.Weight)] }]);
        using var average = new WeightAverage(half, AverageDecay.Fixed(0.999), ofHalf);
        using var expected = new WeightAverage(full, AverageDecay.Fixed(0.999));
        for (var step = 0; step < 5; step++)
        {
            half.weight.grad = torch.full([3, 4], 0.25f).to(ScalarType.BFloat16);
            full.weight.grad = torch.full([3, 4], 0.25f);
            ofHalf.Step(1e-4);
            ofFull.Step(1e-4);
            average.Update(step);
            expected.Update(step);
        }

        Assert.Equal(ScalarType.Float32, average.State["weight"].dtype);
        Assert.True(Bits.Same(expected.State["weight"], average.State["weight"]));
        var own = half.weight.detach().clone();
        using (average.Apply())
        {
            Assert.True(Bits.Same(expected.State["weight"].to(ScalarType.BFloat16), half.weight));
        }

        Assert.True(Bits.Same(own, half.weight));
    }

    [Fact]
    public void A_saved_average_goes_on_to_the_bit_and_unknown_names_are_refused()
    {
        using var scope = NewDisposeScope();
        using var model = Linear(4, 3);
        using var straight = new WeightAverage(model, AverageDecay.TensorFlow1(0.9));
        using var resumed = new WeightAverage(model, AverageDecay.TensorFlow1(0.9));
        Set(model, ones(3, 4));
        straight.Update(0);
        var saved = straight.Save();
        resumed.Load(saved);
        Set(model, ones(3, 4) * 2);
        straight.Update(1);
        resumed.Update(1);
        Assert.False(Bits.Same(saved["weight"], straight.State["weight"]));
        Assert.All(straight.State, entry => Assert.True(Bits.Same(entry.Value, resumed.State[entry.Key])));
        var foreign = new Dictionary<string, Tensor>(saved) { ["velocity"] = ones(1) };
        Assert.Contains("velocity is unknown", Assert.Throws<ShapeException>(() => resumed.Load(foreign)).Message, StringComparison.Ordinal);
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
            foreach (var saved in average.Save().Values)
            {
                saved.Dispose();
            }
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
