using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>Parts of the NFNet recipe on their own: loss, mixing of pictures, schedules and averages.</summary>
internal static class RecipeCases
{
    /// <summary>Cross-entropy with label smoothing, of mixed labels where the case has them.</summary>
    public static void Loss(ParityCase parity, CaseCheck check)
    {
        parity.Config.Informational("op", "rule");
        var smoothing = parity.Config.Number("label_smoothing");
        using var logits = parity.Tensor("logits");
        if (parity.Config.Whole("num_classes", (int)logits.shape[1]) != logits.shape[1])
        {
            throw new MalformedCaseException("num_classes is not the number of logits");
        }

        using var labels = parity.Tensor("labels");
        var mixed = parity.Inputs.Any(i => i.Name == "mix_labels");
        using var mixLabels = mixed ? parity.Tensor("mix_labels") : null;
        using var ratio = mixed ? parity.Tensor("ratio") : null;
        check.Give("loss", new SoftTargetCrossEntropy { LabelSmoothing = smoothing }.Loss(logits, labels, mixLabels, ratio));
        check.Give("loss_no_smoothing", new SoftTargetCrossEntropy().Loss(logits, labels, mixLabels, ratio));
    }

    /// <summary>Mixup and cutmix with given draws, as three functions of the reference use them.</summary>
    public static void Mix(ParityCase parity, CaseCheck check)
    {
        parity.Config.Informational("op", "note");
        var (height, width) = (parity.Config.Whole("h"), parity.Config.Whole("w"));
        CutmixDraw[] draws = [.. parity.Config.Raw("draws_rx_ry_prop").EnumerateArray()
            .Select(d => new CutmixDraw(d[0].GetInt32(), d[1].GetInt32(), d[2].GetDouble()))];
        var images = parity.Tensor("images").permute(0, 3, 1, 2);
        var labels = parity.Tensor("labels");
        var ratios = parity.Tensor("mixup_ratio");
        var (half, quarter) = ((int)images.shape[0] / 2, (int)images.shape[0] / 4);
        var masks = Cutmix.Masks(draws, height, width);
        var shares = masks.mean([1, 2, 3]);
        check.Give("masks", masks.permute(0, 2, 3, 1));
        check.Give("cutmix_ratio", shares);

        var (first, second) = (images.narrow(0, 0, half), images.narrow(0, half, half));
        GivePairs("my_cutmix", Cutmix.Apply(first, second, masks.narrow(0, 0, half)), shares.narrow(0, 0, half));
        GivePairs("my_mixup", Mixup.Apply(first, second, ratios.narrow(0, 0, half)), ratios.narrow(0, 0, half));

        float[] mixupRatios = [.. ratios.data<float>().Take(quarter)];
        using var both = Mixing.Quarters(images, labels, mixupRatios, draws.AsSpan(2 * quarter, quarter));
        Give("my_mixup_cutmix", both);

        void GivePairs(string name, Tensor mixed, Tensor ratio) =>
            Give(name, new(mixed, labels.narrow(0, 0, half), labels.narrow(0, half, half), ratio));

        void Give(string name, MixedPictures mixed)
        {
            check.Give($"{name}.images", mixed.Pictures.permute(0, 2, 3, 1));
            check.Give($"{name}.labels", mixed.Labels);
            check.Give($"{name}.mix_labels", mixed.MixLabels);
            check.Give($"{name}.ratio", mixed.Ratio);
        }
    }

    /// <summary>Learning rates and averages at given steps; each section of the settings is one output.</summary>
    public static void Schedules(ParityCase parity, CaseCheck check)
    {
        foreach (var name in parity.Config.Keys.Where(k => k != "op"))
        {
            var section = parity.Config.Section(name);
            var steps = section.Integers("steps");
            check.Give(name, [steps.Length], [.. steps.Select(At(section))]);
        }
    }

    private static Func<int, double> At(CaseConfig section)
    {
        if (section.Has("ema0"))
        {
            section.Informational("rule");
            var (decay, start, value) = (section.Number("decay"), section.Number("ema0"), section.Number("value"));
            return step => AverageOnce(AverageDecay.TensorFlow1(decay), start, value, step);
        }

        var schedule = section.Has("decay_factor")
            ? Deep.Training.Schedules.WarmupExponential(
                section.Number("max"), section.Number("warmup_steps"), section.Number("decay_factor"), section.Number("decay_interval"),
                section.Number("start"))
            : WarmupCosine(section);
        return step => schedule(step);
    }

    /// <summary>The reference's cosine schedule with a linear warm-up, from its own settings.</summary>
    public static Schedule WarmupCosine(CaseConfig section) => Deep.Training.Schedules.WarmupCosine(
        section.Number("max"), section.Number("warmup_steps"), section.Number("num_steps"), section.Number("start"), section.Number("min"));

    private static double AverageOnce(AverageDecay decay, double start, double value, long step)
    {
        using var model = new OneTensor(tensor(start, ScalarType.Float64));
        using var average = new WeightAverage(model, decay);
        model.Set(tensor(value, ScalarType.Float64));
        average.Update(step);
        return average.State[OneTensor.Name].item<double>();
    }
}
