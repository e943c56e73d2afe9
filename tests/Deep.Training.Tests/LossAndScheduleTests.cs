using Deep.Tests;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

public class LossAndScheduleTests
{
    [SharedFact]
    public void Loss_of_mixed_and_smoothed_labels_matches_the_reference()
    {
        using var scope = NewDisposeScope();
        var test = new ParityCase("nfnet", "dm_loss_mix_smooth");
        Tensor Loss(double smoothing) => new SoftTargetCrossEntropy { LabelSmoothing = smoothing }
            .Loss(test.Input("logits"), test.Input("labels"), test.Input("mix_labels"), test.Input("ratio")).reshape(1);
        test.Check("loss", Loss(test.Config.GetProperty("label_smoothing").GetDouble()));
        test.Check("loss_no_smoothing", Loss(0));
    }

    [SharedFact]
    public void DeepMind_schedules_and_average_match_the_reference()
    {
        var test = new ParityCase("nfnet", "dm_schedules");
        foreach (var name in new[] { "cosine_imagenet", "cosine_regnet" })
        {
            var c = test.Config.GetProperty(name);
            var schedule = Schedules.WarmupCosine(
                c.GetProperty("max").GetDouble(), c.GetProperty("warmup_steps").GetDouble(), c.GetProperty("num_steps").GetDouble(),
                c.GetProperty("start").GetDouble(), c.GetProperty("min").GetDouble());
            test.Check(name, [.. ParityCase.Longs(c.GetProperty("steps")).Select(step => schedule(step))]);
        }

        var e = test.Config.GetProperty("exp");
        var exponential = Schedules.WarmupExponential(
            e.GetProperty("max").GetDouble(), e.GetProperty("warmup_steps").GetDouble(), e.GetProperty("decay_factor").GetDouble(),
            e.GetProperty("decay_interval").GetDouble(), e.GetProperty("start").GetDouble());
        test.Check("exp", [.. ParityCase.Longs(e.GetProperty("steps")).Select(step => exponential(step))]);

        var a = test.Config.GetProperty("ema");
        var decay = AverageDecay.TensorFlow1(a.GetProperty("decay").GetDouble());
        var (start, value) = (a.GetProperty("ema0").GetDouble(), a.GetProperty("value").GetDouble());
        test.Check("ema", [.. ParityCase.Longs(a.GetProperty("steps")).Select(t => (start * decay.At(t)) + (value * (1 - decay.At(t))))]);
    }

    [SharedFact]
    public void Warmup_cosine_matches_the_transcribed_curve()
    {
        var cases = new ParityCase("training", "lr_schedules").Root.GetProperty("cases").EnumerateArray()
            .Where(c => c.GetProperty("kind").GetString() == "deepmind-warmup-cosine").ToArray();
        Assert.NotEmpty(cases);
        foreach (var c in cases)
        {
            var schedule = Schedules.WarmupCosine(
                c.GetProperty("max_val").GetDouble(), c.GetProperty("warmup_steps").GetDouble(), c.GetProperty("num_steps").GetDouble(),
                c.GetProperty("start_val").GetDouble(), c.GetProperty("min_val").GetDouble());
            foreach (var (step, rate) in ParityCase.Longs(c.GetProperty("t")).Zip(ParityCase.Doubles(c.GetProperty("lr_at"))))
            {
                Assert.Equal(rate, schedule(step), 1e-8);
            }
        }
    }

    [Fact]
    public void Schedules_stay_at_their_ends_and_refuse_impossible_values()
    {
        var cosine = Schedules.WarmupCosine(1, 0, 10, minimum: 0.1);
        Assert.Equal(1, cosine(0), 1e-12);
        Assert.Equal(0.1, cosine(10), 1e-12);
        Assert.Equal(0.1, cosine(15), 1e-12);
        Assert.Equal(0.3, Schedules.Constant(0.3)(99));
        Assert.Throws<ConfigurationException>(() => Schedules.WarmupCosine(1, 10, 10));
        Assert.Throws<ConfigurationException>(() => Schedules.WarmupCosine(-1, 1, 10));
        Assert.Throws<ConfigurationException>(() => Schedules.Constant(double.NaN));
        Assert.Throws<ConfigurationException>(() => Schedules.WarmupExponential(1, 0, 0, 5));
        Assert.Throws<ConfigurationException>(() => Schedules.WarmupExponential(1, 0, 0.5, 0));
    }

    [Fact]
    public void Smoothed_loss_of_hard_labels_equals_the_stock_cross_entropy()
    {
        using var scope = NewDisposeScope();
        manual_seed(2).Dispose();
        var logits = randn(6, 5);
        var labels = tensor(new long[] { 0, 4, 2, 2, 1, 3 });
        var ours = new SoftTargetCrossEntropy { LabelSmoothing = 0.2 }.Loss(logits, labels);
        Assert.Equal(nn.functional.cross_entropy(logits, labels, label_smoothing: 0.2).item<float>(), ours.item<float>(), 1e-6);
    }

    [Fact]
    public void The_gradient_of_the_loss_is_that_of_finite_differences()
    {
        using var scope = NewDisposeScope();
        manual_seed(4).Dispose();
        var logits = randn([3, 4], ScalarType.Float64).requires_grad_();
        var (labels, mixLabels) = (tensor(new long[] { 0, 3, 1 }), tensor(new long[] { 2, 3, 0 }));
        var ratio = tensor(new double[] { 0.3, 0.5, 1 });
        var loss = new SoftTargetCrossEntropy { LabelSmoothing = 0.1 };
        loss.Loss(logits, labels, mixLabels, ratio).backward();
        for (var i = 0; i < 12; i++)
        {
            var step = zeros(12, ScalarType.Float64).index_fill(0, tensor((long)i), 1e-5).view(3, 4);
            var slope = (loss.Loss(logits.detach() + step, labels, mixLabels, ratio) - loss.Loss(logits.detach() - step, labels, mixLabels, ratio))
                .item<double>() / 2e-5;
            Assert.Equal(slope, logits.grad!.view(-1)[i].item<double>(), 1e-8);
        }
    }

    [Fact]
    public void Half_precision_logits_are_computed_in_full_precision()
    {
        using var scope = NewDisposeScope();
        var logits = tensor(new float[] { 8, 1, 2, 4 }).view(1, 4);
        var labels = zeros(1, ScalarType.Int64);
        var loss = new SoftTargetCrossEntropy();
        using var half = loss.Loss(logits.to(ScalarType.BFloat16), labels);
        Assert.Equal(ScalarType.Float32, half.dtype);
        Assert.Equal(loss.Loss(logits, labels).item<float>(), half.item<float>());
    }

    [Fact]
    public void Labels_that_do_not_fit_the_logits_are_refused()
    {
        using var scope = NewDisposeScope();
        var loss = new SoftTargetCrossEntropy();
        var (logits, labels, ratio) = (zeros(3, 4), zeros(3, ScalarType.Int64), zeros(3));
        Assert.Throws<ShapeException>(() => loss.Loss(logits, labels[..2]));
        Assert.Throws<ShapeException>(() => loss.Loss(logits[0], labels));
        Assert.Throws<ShapeException>(() => loss.Loss(logits, labels, labels));
        Assert.Throws<ShapeException>(() => loss.Loss(logits, labels, labels, ratio[..2]));
        Assert.Throws<ConfigurationException>(() => new SoftTargetCrossEntropy { LabelSmoothing = 1 }.Loss(logits, labels));
    }

    [Fact]
    public void A_loss_leaves_no_tensor_behind()
    {
        using var logits = zeros(3, 4);
        using var labels = zeros(3, ScalarType.Int64);
        using var ratio = ones(3);
        var live = new Deep.Tensors.LiveTensors();
        new SoftTargetCrossEntropy { LabelSmoothing = 0.1 }.Loss(logits, labels, labels, ratio).Dispose();
        Assert.Equal(0, live.Created);
    }
}
