using Deep.NFNets;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.NFNets;

/// <summary>A few steps of training from given weights on given batches: losses, rates, weights, velocities, averages.</summary>
internal static class TrainingCase
{
    private const string TimmGroups = "timm default: no decay when ndim<=1";
    private const string GainGroups = "no decay on biases, gains";
    private const string TimmExclusion = "last two parameters";
    private const string AscentOrder =
        "grad -> w+rho*g/(||g||+1e-12) -> grad at perturbed point -> restore w -> AGC with the norms of the restored weights -> weight decay -> "
        + "SGD nesterov; the gradient norm runs over ALL parameters";

    /// <summary>Trains as either reference does.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        var config = parity.Config;
        using var reference = new ReferenceNetwork(parity);
        var network = reference.Network;
        network.train();
        using var optimiser = reference.IsHaiku ? DeepMindOptimiser(config, network) : TimmOptimiser(config, network);
        var schedule = reference.IsHaiku ? DeepMindSchedule(config) : Schedules.Constant(config.Number("lr"));
        using var average = config.Has("ema_decay") ? new WeightAverage(network, AverageDecay.TensorFlow1(config.Number("ema_decay"))) : null;
        var loss = new SoftTargetCrossEntropy { LabelSmoothing = config.Number("label_smoothing", 0) };
        var sharpness = Sharpness(config);
        var (steps, first) = (config.Whole("steps"), config.Whole("first_step_index", 0));
        var (losses, ascendedLosses, rates) = (new double[steps], new double[steps], new double[steps]);
        for (var i = 0; i < steps; i++)
        {
            using var scope = NewDisposeScope();
            (losses[i], rates[i]) = (Backward(i), schedule(first + i));
            if (sharpness is not null)
            {
                optimiser.Ascend(sharpness);
                ascendedLosses[i] = Backward(i);
                optimiser.Return();
            }

            if (i == steps - 1)
            {
                Give("last_raw_grad", network.named_parameters().ToDictionary(p => p.name, p => p.parameter.grad!));
            }

            optimiser.Step(rates[i]);
            average?.Update(first + i);
        }

        check.Give("loss", [steps], losses);
        check.Give("loss_at_perturbed", [steps], ascendedLosses);
        check.Give("lr", [steps], rates);
        Give("param", network.state_dict());
        Give("momentum", Velocities(optimiser));
        if (average is not null)
        {
            Give("ema", average.State);
        }

        double Backward(int step)
        {
            optimiser.ZeroGradients();
            var logits = network.call(reference.FromTheirs(parity.Tensor($"x{step}")));
            var mixed = parity.Inputs.Any(input => input.Name == $"ratio{step}");
            var value = loss.Loss(
                logits, parity.Tensor($"labels{step}"), mixed ? parity.Tensor($"mix_labels{step}") : null, mixed ? parity.Tensor($"ratio{step}") : null);
            value.backward();
            return value.item<float>();
        }

        void Give(string kind, IReadOnlyDictionary<string, Tensor> ours)
        {
            foreach (var (name, tensor) in reference.Export(ours))
            {
                check.Give($"{kind}:{name}", tensor);
            }
        }
    }

    private static SharpnessAwareMinimization? Sharpness(CaseConfig config)
    {
        var settings = config.Section("sam");
        if (!config.Has("sam"))
        {
            return null;
        }

        Variant.Require(settings, "order", AscentOrder);
        return new() { Rho = settings.Number("rho"), IsAdaptive = settings.Flag("adaptive") };
    }

    private static Dictionary<string, Tensor> Velocities(NesterovSgd optimiser)
    {
        const string Prefix = "velocity/";
        return optimiser.Save()
            .Where(entry => entry.Key.StartsWith(Prefix, StringComparison.Ordinal))
            .ToDictionary(entry => entry.Key[Prefix.Length..], entry => entry.Value);
    }

    private static NesterovSgd DeepMindOptimiser(CaseConfig config, NFNet network)
    {
        config.Informational("groups");
        var settings = config.Section("optimizer");
        Variant.Require(settings, "name", "SGD_AGC");
        var clipping = new AdaptiveGradientClipping { ClipFactor = settings.Number("clipping"), Epsilon = settings.Number("eps") };
        return new(
            ParameterGroup.ByRole(network, settings.Number("weight_decay"), clipping),
            settings.Number("momentum"), settings.Flag("nesterov"), settings.Number("dampening", 0));
    }

    private static Schedule DeepMindSchedule(CaseConfig config)
    {
        var settings = config.Section("lr_schedule");
        Variant.Require(settings, "name", "WarmupCosineDecay");
        return RecipeCases.WarmupCosine(settings);
    }

    private static NesterovSgd TimmOptimiser(CaseConfig config, NFNet network)
    {
        var rule = config.Text("weight_decay_groups");
        Func<TrainableParameter, bool> decays = rule.StartsWith(TimmGroups, StringComparison.Ordinal)
            ? p => p.Value.dim() > 1 && !p.Name.EndsWith(".bias", StringComparison.Ordinal)
            : rule.StartsWith(GainGroups, StringComparison.Ordinal)
                ? p => p.Role != ParameterRole.GainOrBias
                : throw new MalformedCaseException($"weight_decay_groups is not known: {rule}");
        var decay = config.Number("weight_decay");
        AdaptiveGradientClipping? clipping = null;
        if (config.Has("agc"))
        {
            var settings = config.Section("agc");
            var excluded = settings.Text("excluded", TimmExclusion);
            clipping = excluded.StartsWith(TimmExclusion, StringComparison.Ordinal)
                ? new()
                {
                    ClipFactor = settings.Number("clip_factor"),
                    Epsilon = settings.Number("eps", 1e-3),
                    NormOrder = settings.Number("norm_type", 2),
                    Units = ClippingUnits.Timm,
                }
                : throw new MalformedCaseException($"agc.excluded is not known: {excluded}");
        }

        config.Informational("agc");
        var groups = ParameterRoles.Of(network)
            .GroupBy(p => (Decay: decays(p) ? decay : 0, Clipping: p.Name.StartsWith("head.", StringComparison.Ordinal) ? null : clipping))
            .Select(group => new ParameterGroup { Parameters = [.. group], WeightDecay = group.Key.Decay, Clipping = group.Key.Clipping });
        return new([.. groups], config.Number("momentum"), config.Flag("nesterov"), config.Number("dampening", 0));
    }
}
