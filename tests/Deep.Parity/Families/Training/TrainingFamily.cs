using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Training;

/// <summary>Optimiser parts, averages, schedules and data order (the formats deep-training/*), in float64.</summary>
public sealed class TrainingFamily : IParityFamily
{
    private static readonly Dictionary<string, Action<JsonElement, CaseCheck>> Parts = new()
    {
        ["deep-training/agc/1"] = Clipping,
        ["deep-training/sgd-agc/1"] = Steps,
        ["deep-training/sam/1"] = SharpnessCase.Run,
        ["deep-training/ema/1"] = Averages,
        ["deep-training/lr/1"] = ScheduleCase.Run,
        ["deep-training/multiplicity/1"] = MultiplicityCase.Run,
        ["deep-training/spa/1"] = SpaCase.Run,
        ["deep-training/kernelprop/1"] = KernelPropagationCase.Run,
        ["deep-training/cmap/1"] = TailoredActivationCases.CorrelationMap,
        ["deep-training/tat-lrelu-chain/1"] = TailoredActivationCases.Chain,
        ["deep-training/tat-lrelu/1"] = TailoredActivationCases.Chain,
        ["deep-training/tat-lrelu-resnet/1"] = TailoredActivationCases.Residual,
        ["deep-training/shaped-activation/1"] = ShapedActivationCases.Chains,
        ["deep-training/dks-upstream/1"] = ShapedActivationCases.Upstream,
    };

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "training" && Parts.ContainsKey(parity.Format);

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check) => Parts[parity.Format](parity.Root, check);

    private static void Clipping(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in Entries(root, "cases", "name", "shape", "clipping", "eps", "param", "grad", "timm", "deepmind", "differs"))
        {
            long[] shape = [.. entry.GetProperty("shape").Numbers().Select(s => (long)s)];
            var parameter = tensor(entry.GetProperty("param").Numbers(), shape);
            var gradient = tensor(entry.GetProperty("grad").Numbers(), shape);
            foreach (var (reference, units) in new[] { ("timm", ClippingUnits.Timm), ("deepmind", ClippingUnits.DeepMind) })
            {
                var clipping = new AdaptiveGradientClipping
                {
                    ClipFactor = entry.GetProperty("clipping").GetDouble(),
                    Epsilon = entry.GetProperty("eps").GetDouble(),
                    Units = units,
                };
                Agree(check, $"{at} {reference}", entry.GetProperty(reference), CaseTensors.ToNumbers(clipping.Clip(parameter, gradient)));
            }
        }
    }

    private static void Steps(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in Entries(
            root, "cases", "nesterov", "weight_decay", "clipping", "momentum", "lr", "dampening", "eps", "param0", "grads", "shape", "params_after"))
        {
            long[] shape = [.. entry.GetProperty("shape").Numbers().Select(s => (long)s)];
            using var model = new OneTensor(tensor(entry.GetProperty("param0").Numbers(), shape));
            var group = new ParameterGroup
            {
                Parameters = [new(OneTensor.Name, model.Value, ParameterRole.Weight)],
                WeightDecay = entry.GetProperty("weight_decay").GetDouble(),
                Clipping = entry.GetProperty("clipping") is { ValueKind: JsonValueKind.Number } factor
                    ? new() { ClipFactor = factor.GetDouble(), Epsilon = entry.TryGetProperty("eps", out var eps) ? eps.GetDouble() : 1e-3 }
                    : null,
            };
            using var optimiser = new NesterovSgd(
                [group], entry.GetProperty("momentum").GetDouble(), entry.GetProperty("nesterov").GetBoolean(), entry.GetProperty("dampening").GetDouble());
            foreach (var (gradient, after) in entry.GetProperty("grads").EnumerateArray().Zip(entry.GetProperty("params_after").EnumerateArray()))
            {
                model.Value.grad = tensor(gradient.Numbers(), shape);
                optimiser.Step(entry.GetProperty("lr").GetDouble());
                Agree(check, at, after, CaseTensors.ToNumbers(model.Value));
            }
        }
    }

    private static void Averages(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, at) in Entries(
            root, "decay_cases", "kind", "decay", "use_warmup", "warmup_power", "warmup_gamma", "min_decay", "update_after_step", "steps", "decays"))
        {
            double Number(string key, double fallback) => entry.TryGetProperty(key, out var value) ? value.GetDouble() : fallback;
            var decay = entry.GetProperty("kind").GetString() switch
            {
                "timm-v3" => AverageDecay.TimmV3(
                    Number("decay", 0), entry.TryGetProperty("use_warmup", out var warmup) && warmup.GetBoolean(),
                    Number("warmup_gamma", 1), Number("warmup_power", 2.0 / 3), Number("min_decay", 0), (long)Number("update_after_step", 0)),
                "tf1_ema" => AverageDecay.TensorFlow1(Number("decay", 0)),
                "fixed" => AverageDecay.Fixed(Number("decay", 0)),
                var other => throw new MalformedCaseException($"{at}: the kind {other} is not known"),
            };
            Agree(check, at, entry.GetProperty("decays"), [.. entry.GetProperty("steps").Numbers().Select(step => decay.At((long)step))]);
        }

        if (root.TryGetProperty("trajectory", out var trajectory))
        {
            Trajectory(trajectory, check);
        }
    }

    // The rule is a sentence: "tf1_ema, decay .99999, step k=1..4, ema starts at w0 = ...".
    private static void Trajectory(JsonElement trajectory, CaseCheck check)
    {
        var rule = trajectory.GetProperty("rule").GetString()!.Split(", ");
        if (rule is not ["tf1_ema", var decay, var steps, ..] || !decay.StartsWith("decay ", StringComparison.Ordinal)
            || !steps.StartsWith("step k=1", StringComparison.Ordinal))
        {
            throw new MalformedCaseException($"the rule of the trajectory is not known: {string.Join(", ", rule)}");
        }

        List<double[]> weights = [.. trajectory.GetProperty("weights").EnumerateArray().Select(PrintedNumbers.Numbers)];
        using var model = new OneTensor(tensor(weights[0]));
        using var average = new WeightAverage(
            model, AverageDecay.TensorFlow1(double.Parse(decay["decay ".Length..], System.Globalization.CultureInfo.InvariantCulture)));
        foreach (var (after, index) in trajectory.GetProperty("ema_after").EnumerateArray().Select((after, index) => (after, index)))
        {
            model.Set(tensor(weights[index + 1]));
            average.Update(index + 1);
            Agree(check, $"trajectory step {index + 1}", after, CaseTensors.ToNumbers(average.State[OneTensor.Name]));
        }
    }

    private static IEnumerable<(JsonElement Entry, string At)> Entries(JsonElement root, string list, params string[] known)
    {
        foreach (var (entry, index) in root.GetProperty(list).EnumerateArray().Select((entry, index) => (entry, index)))
        {
            if (entry.EnumerateObject().Select(p => p.Name).FirstOrDefault(k => !known.Contains(k)) is { } unknown)
            {
                throw new MalformedCaseException($"{list}[{index}]: the setting {unknown} is not known to the adapter");
            }

            yield return (entry, $"{list}[{index}]");
        }
    }

    private static void Agree(CaseCheck check, string what, JsonElement expected, double[] actual) =>
        check.Agree(what, expected.Numbers(), actual, expected.Tolerance());
}
