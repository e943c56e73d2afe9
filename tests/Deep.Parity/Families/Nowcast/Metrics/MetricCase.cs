using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>A case of the format deep-metric/1: literal fields (null is NaN), the metric's settings, the expected numbers.</summary>
internal sealed class MetricCase(ParityCase parity, CaseCheck check)
{
    private readonly HashSet<string> compared = [];

    /// <summary>The metric's settings.</summary>
    public CaseConfig Config => parity.Config;

    /// <summary>The metric's name.</summary>
    public static string Metric(ParityCase parity) =>
        parity.Root.TryGetProperty("metric", out var metric) ? metric.GetString()! : throw new MalformedCaseException("the case names no metric");

    /// <summary>What is expected, whole.</summary>
    public JsonElement Expected => parity.Root.GetProperty("expected");

    /// <summary>An input field, row by row.</summary>
    public double[] Input(string name) => [.. Numbers(InputOf(name))];

    /// <summary>The lengths of an input's axes.</summary>
    public int[] Shape(string name)
    {
        var (shape, list) = (new List<int>(), InputOf(name));
        for (; list.ValueKind == JsonValueKind.Array; list = list[0])
        {
            shape.Add(list.GetArrayLength());
        }

        return [.. shape];
    }

    /// <summary>Compares numbers with the expected ones of a name.</summary>
    public void Agree(string name, params double[] actual)
    {
        compared.Add(name);
        Agree(name, Expected.GetProperty(name), actual);
    }

    /// <summary>Compares numbers with expected ones.</summary>
    public void Agree(string what, JsonElement expected, double[] actual)
    {
        double[] numbers = [.. Numbers(expected)];
        var largest = numbers.Where(double.IsFinite).Select(Math.Abs).DefaultIfEmpty(0).Max();
        var tolerance = parity.Root.GetProperty("tolerance_rel").GetDouble() * (largest > 0 ? largest : 1);

        // Null is "not defined", which we say by NaN; where both say so they agree.
        check.Agree(
            what, [.. numbers.Select((n, i) => double.IsNaN(n) && i < actual.Length && double.IsNaN(actual[i]) ? 0 : n)],
            [.. actual.Select((a, i) => double.IsNaN(a) && i < numbers.Length && double.IsNaN(numbers[i]) ? 0 : a)], tolerance);
    }

    /// <summary>Says that an expected number is a public package's own mistake, which stands beside the right one.</summary>
    public void Mistaken(string name) => compared.Add(name);

    /// <summary>Fails if a number was expected that nobody compared.</summary>
    public void Close()
    {
        if (Expected.ValueKind == JsonValueKind.Object
            && Expected.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !compared.Contains(n)) is { } missed)
        {
            throw new MalformedCaseException($"the expected number {missed} is not known to the adapter");
        }
    }

    /// <summary>The numbers of nested lists in order; null is NaN.</summary>
    public static IEnumerable<double> Numbers(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Array => value.EnumerateArray().SelectMany(Numbers),
        JsonValueKind.Null => [double.NaN],
        _ => [value.GetDouble()],
    };

    private JsonElement InputOf(string name) => parity.Root.GetProperty("inputs").TryGetProperty(name, out var input)
        ? input
        : throw new MalformedCaseException($"the input {name} is missing");
}
