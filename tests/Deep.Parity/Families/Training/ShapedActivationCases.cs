using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Training;

/// <summary>Activations shaped by DKS and TAT, in the names of google-deepmind/dks.</summary>
internal static partial class ShapedActivationCases
{
    public static void Chains(JsonElement root, CaseCheck check)
    {
        foreach (var (entry, index) in root.List("cases"))
        {
            CaseFields.Only(entry, ["activation", "method", "chain_length", "dks", "tat", "params", "x", "y", "check", "error"], index);
            var name = entry.GetProperty("activation").GetString()!;
            var method = entry.GetProperty("method").GetString()!;
            var at = $"{index} {name} {method}";
            var topology = NetworkTopology.Chain(entry.GetProperty("chain_length").GetInt32());
            var settings = entry.GetProperty(method == "DKS" ? "dks" : "tat");
            ShapedActivation? found = null;
            try
            {
                found = Found(name, method, topology, settings);
            }
            catch (ConfigurationException) when (entry.TryGetProperty("error", out _))
            {
            }

            if (found is null || entry.TryGetProperty("error", out _))
            {
                check.Agree($"{at}: whether the target is reached", [0], [found is null ? 0 : 1], 0);
                continue;
            }

            // Both the formula with the reference's numbers and our own solution.
            var (x, y, given) = (entry.GetProperty("x").Numbers(), entry.GetProperty("y").Numbers(), Given(name, entry.GetProperty("params")));
            check.Agree($"{at} with the given parameters: y", y, [.. x.Select(given.Value)], 1e-6);
            check.Agree($"{at} with the given parameters: y of tensors", y, CaseTensors.ToNumbers(given.Apply(tensor(x))), 1e-6);
            check.Agree($"{at}: y", y, Nearer(y, found, x), 1e-4);
            Conditions(entry, $"{at} with the given parameters", given, check);
            Conditions(entry, at, found, check);
        }
    }

    public static void Upstream(JsonElement root, CaseCheck check)
    {
        CaseFields.Only(root, ["format", "source", "doc", "note", "params_settings1", "values_settings2"], "the case");
        var doc = root.GetProperty("doc");
        var topology = NetworkTopology.Residual([3, 4, 23, 3], 3, Setting(doc.GetProperty("subnet_max_func"), "shortcut_weight w"));
        foreach (var method in root.GetProperty("params_settings1").EnumerateObject())
        {
            foreach (var activation in method.Value.EnumerateObject())
            {
                var found = Found(activation.Name, method.Name, topology, doc.GetProperty("settings1"));
                var ours = Parameters(IsOdd(found.Kind) && activation.Value.Number("input_shift") * found.InputShift < 0 ? Mirrored(found) : found);
                foreach (var parameter in activation.Value.EnumerateObject())
                {
                    var expected = parameter.Value.GetDouble();
                    check.Agree(
                        $"{method.Name} {activation.Name} {parameter.Name}", [expected], [ours[parameter.Name]],
                        Precision(activation.Name) * Math.Max(1, Math.Abs(expected)));
                }
            }
        }

        foreach (var method in root.GetProperty("values_settings2").EnumerateObject())
        {
            foreach (var activation in method.Value.EnumerateObject())
            {
                var ours = Found(activation.Name, method.Name, topology, doc.GetProperty("settings2"));
                var expected = activation.Value.Numbers();
                check.Agree($"{method.Name} {activation.Name} at 0.6 and -0.6", expected, Nearer(expected, ours, [0.6, -0.6]), Precision(activation.Name));
            }
        }
    }

    // The reference's quadrature does not end at a kink: its slopes are off by the distance of its places there.
    private static double Precision(string activation) => Kind(activation) is ActivationKind.Relu or ActivationKind.LeakyRelu ? 5e-5 : 1e-6;

    private static ShapedActivation Found(string name, string method, NetworkTopology topology, JsonElement settings) => method switch
    {
        "DKS" => ShapedActivation.Dks(Kind(name), topology, Setting(settings, "c_slope_1_target", 1.5), Setting(settings, "local_q_slope_target", 1)),
        "TAT" => ShapedActivation.Tat(Kind(name), topology, Setting(settings, "c_curve_target", 0.3), Setting(settings, "c_val_0_target", 0.9)),
        _ => throw new MalformedCaseException($"the method {method} is not known"),
    };

    // The conditions do not tell y(x) from −y(−x), and which of them the reference's search meets first hangs on rounding.
    private static double[] Nearer(double[] expected, ShapedActivation activation, double[] x)
    {
        double[] straight = [.. x.Select(activation.Value)], mirrored = [.. x.Select(place => -activation.Value(-place))];
        return Distance(mirrored) < Distance(straight) ? mirrored : straight;

        double Distance(double[] y) => y.Zip(expected).Max(pair => Math.Abs(pair.First - pair.Second));
    }

    private static bool IsOdd(ActivationKind kind) => kind is ActivationKind.Tanh or ActivationKind.Erf or ActivationKind.Atan or ActivationKind.Asinh
        or ActivationKind.Softsign or ActivationKind.Sin;

    // −y(−x) of an odd activation.
    private static ShapedActivation Mirrored(ShapedActivation activation) =>
        activation with { InputShift = -activation.InputShift, OutputShift = -activation.OutputShift };

    private static void Conditions(JsonElement entry, string at, ShapedActivation activation, CaseCheck check)
    {
        foreach (var condition in entry.GetProperty("check").EnumerateObject())
        {
            var ours = condition.Name switch
            {
                "Q(1)" => activation.QMap(1),
                "Q'(1)" => activation.QSlope(),
                "C(0)" => activation.CorrelationMap(0),
                "C'(1)" => activation.CorrelationSlope(),
                "C''(1)" => activation.CorrelationCurvature(),
                _ => throw new MalformedCaseException($"{at}: the condition {condition.Name} is not known"),
            };
            check.Agree($"{at}: {condition.Name}", [condition.Value.GetDouble()], [ours], 1e-6);
        }
    }

    private static ShapedActivation Given(string name, JsonElement given)
    {
        CaseFields.Only(given, [.. Parameters(new()).Keys], name);
        return new()
        {
            Kind = Kind(name),
            InputScale = given.Number("input_scale") ?? 1,
            InputShift = given.Number("input_shift") ?? 0,
            OutputShift = given.Number("output_shift") ?? 0,
            OutputScale = given.Number("output_scale") ?? 1,
            NegativeSlope = given.Number("negative_slope") ?? 0.01,
        };
    }

    private static Dictionary<string, double> Parameters(ShapedActivation activation) => new()
    {
        ["input_scale"] = activation.InputScale,
        ["input_shift"] = activation.InputShift,
        ["output_shift"] = activation.OutputShift,
        ["output_scale"] = activation.OutputScale,
        ["negative_slope"] = activation.NegativeSlope,
    };

    // Settings are fields, or "name=number" in a sentence.
    private static double Setting(JsonElement settings, string name, double? fallback = null)
    {
        if (settings.ValueKind == JsonValueKind.String)
        {
            var found = Assignment().Matches(settings.GetString()!).FirstOrDefault(match => match.Groups["name"].Value.EndsWith(name, StringComparison.Ordinal));
            return found is not null ? double.Parse(found.Groups["value"].Value, CultureInfo.InvariantCulture)
                : fallback ?? throw new MalformedCaseException($"the setting {name} is missing");
        }

        CaseFields.Only(settings, ["c_slope_1_target", "local_q_slope_target", "c_curve_target", "c_val_0_target"], "the settings");
        return settings.Number(name) ?? fallback ?? throw new MalformedCaseException($"the setting {name} is missing");
    }

    private static ActivationKind Kind(string name) => name switch
    {
        "tanh" => ActivationKind.Tanh,
        "sigmoid" => ActivationKind.Sigmoid,
        "erf" => ActivationKind.Erf,
        "relu" => ActivationKind.Relu,
        "softplus" => ActivationKind.Softplus,
        "selu" => ActivationKind.Selu,
        "elu" => ActivationKind.Elu,
        "swish" => ActivationKind.Swish,
        "bentid" => ActivationKind.BentIdentity,
        "atan" => ActivationKind.Atan,
        "asinh" => ActivationKind.Asinh,
        "square" => ActivationKind.Square,
        "softsign" => ActivationKind.Softsign,
        "leaky_relu" => ActivationKind.LeakyRelu,
        "gelu" => ActivationKind.Gelu,
        "gelu_exact" => ActivationKind.GeluExact,
        "sin" => ActivationKind.Sin,
        "cos" => ActivationKind.Cos,
        _ => throw new MalformedCaseException($"the activation {name} is not known"),
    };

    [GeneratedRegex(@"(?<name>[\w ]+)=(?<value>[0-9.]*[0-9])")]
    private static partial Regex Assignment();
}
