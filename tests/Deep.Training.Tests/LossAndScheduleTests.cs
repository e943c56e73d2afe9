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
}
