using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training;
using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Parity.Families.Training;

/// <summary>Steps of SAM and ASAM with a small network in float64: losses at both points, the norm, the weights after.</summary>
internal static class SharpnessCase
{
    private static readonly string[] Settings = ["adaptive", "rho", "lr", "momentum", "weight_decay", "steps"];

    // Some numbers are printed with all their digits, of which the last ones depend on the order of a sum.
    private const double Rounding = 1e-13;

    /// <summary>Trains one network for each entry of the file.</summary>
    public static void Run(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, index) in root.GetProperty("cases").EnumerateArray().Select((entry, index) => (entry, index)))
        {
            if (entry.EnumerateObject().Select(p => p.Name).FirstOrDefault(k => !Settings.Contains(k)) is { } unknown)
            {
                throw new MalformedCaseException($"cases[{index}]: the setting {unknown} is not known to the adapter");
            }

            using var scope = NewDisposeScope();
            var x = tensor(FillRule.Unit("input:x", 30), [5, 6]);
            check.Agree("x", root.GetProperty("x").Numbers(), CaseTensors.ToNumbers(x), root.GetProperty("x").Tolerance());
            var y = tensor([.. root.GetProperty("y").Numbers().Select(label => (long)label)]);
            Train(entry, $"cases[{index}]", x, y, check);
        }
    }

    private static void Train(JsonElement entry, string at, Tensor x, Tensor y, CaseCheck check)
    {
        Linear first = Filled("fc1", 6, 8), second = Filled("fc2", 8, 3);
        using var model = Sequential(("fc1", first), ("tanh", Tanh()), ("fc2", second));
        using var optimiser = new NesterovSgd(
            [new() { Parameters = ParameterRoles.Of(model), WeightDecay = entry.GetProperty("weight_decay").GetDouble() }],
            entry.GetProperty("momentum").GetDouble(), nesterov: false);
        var sharpness = new SharpnessAwareMinimization
        {
            Rho = entry.GetProperty("rho").GetDouble(),
            IsAdaptive = entry.GetProperty("adaptive").GetBoolean(),
        };
        foreach (var (step, number) in entry.GetProperty("steps").EnumerateArray().Select((step, number) => (step, number)))
        {
            Agree("loss", step.GetProperty("loss"), Backward());
            Agree("grad_norm", step.GetProperty("grad_norm"), Math.Sqrt(model.parameters().Sum(SquaredNorm)));
            optimiser.Ascend(sharpness);
            Agree("loss_perturbed", step.GetProperty("loss_perturbed"), Backward());
            optimiser.Return();
            optimiser.Step(entry.GetProperty("lr").GetDouble());
            if (step.GetProperty("params") is { ValueKind: JsonValueKind.Object } weights)
            {
                foreach (var after in weights.EnumerateObject())
                {
                    Agree(after.Name, after.Value, CaseTensors.ToNumbers(model.state_dict()[after.Name]));
                }
            }

            void Agree(string what, JsonElement expected, params double[] actual) =>
                check.Agree($"{at} step {number} {what}", expected.Numbers(), actual, Math.Max(expected.Tolerance(), Rounding));
        }

        double SquaredNorm(Tensor parameter)
        {
            var gradient = sharpness.IsAdaptive ? parameter.detach() * parameter.grad! : parameter.grad!;
            return gradient.pow(2).sum().item<double>();
        }

        double Backward()
        {
            optimiser.ZeroGradients();
            var loss = functional.cross_entropy(model.call(x), y);
            loss.backward();
            return loss.item<double>();
        }
    }

    private static Linear Filled(string name, long inputs, long outputs)
    {
        var layer = Linear(inputs, outputs, dtype: ScalarType.Float64);
        using var withoutGradient = no_grad();
        Fill(layer.weight, $"{name}.weight", Math.Sqrt(3.0 / inputs));
        Fill(layer.bias!, $"{name}.bias", 0.1);
        return layer;

        // As FillRule.Weight, but not rounded to f32.
        static void Fill(Tensor parameter, string name, double scale)
        {
            double[] values = [.. FillRule.Unit(name, (int)parameter.numel()).Select(unit => scale * unit)];
            parameter.copy_(tensor(values, parameter.shape));
        }
    }
}
