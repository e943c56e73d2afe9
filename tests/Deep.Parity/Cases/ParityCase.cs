using System.Text.Json;

namespace Deep.Parity.Cases;

/// <summary>A tensor of the reference's state dict.</summary>
/// <param name="Fill">A rule of its own in the place of the usual fill, or null.</param>
/// <param name="Rule">The short name of a rule that the case's note explains, or null.</param>
public sealed record CaseWeight(string Name, long[] Shape, string? Fill = null, string? Rule = null);

/// <summary>What goes into the reference.</summary>
/// <param name="Kind">"float" and "int" are filled from the name, "values" are literal, "file" is a picture below data/.</param>
public sealed record CaseInput(string Name, long[] Shape, string Kind, double Scale, double Offset, long High, double[]? Values);

/// <summary>What came out of the reference: all numbers, or some of them with the mean and deviation of all.</summary>
/// <param name="Indices">Flat row-major places of <paramref name="Values"/>; null: all of them, in order.</param>
public sealed record CaseOutput(string Name, long[] Shape, double? Mean, double? Deviation, long[]? Indices, double[] Values);

/// <summary>One case file: what a public reference computed, and everything needed to compute it again.</summary>
/// <remarks>What belongs to a family's own adapter is read when the adapter asks: a family that is not built may use forms of its own.</remarks>
public sealed class ParityCase
{
    private readonly Lazy<IReadOnlyList<CaseWeight>> weights;
    private readonly Lazy<IReadOnlyList<CaseInput>> inputs;
    private readonly Lazy<IReadOnlyList<CaseOutput>> outputs;

    private ParityCase(string file, JsonElement root)
    {
        File = file;
        Root = root;
        Format = Text("format") ?? throw new MalformedCaseException("the file has no format");
        var training = Format.StartsWith("deep-training/", StringComparison.Ordinal);
        Family = Text("family") ?? (training ? "training" : Format == "deep-text/1" ? "flamingo_text"
            : throw new MalformedCaseException($"the file of format {Format} names no family"));
        Model = Text("model") ?? Text("kind") ?? Format.Split('/').SkipLast(1).Last();
        Note = Text("note") ?? "";
        Config = new(root.TryGetProperty("config", out var config) ? config : Empty());
        AbsoluteTolerance = root.TryGetProperty("atol", out var atol) ? atol.GetDouble() : null;
        weights = new(() => List("weights", ReadWeight));
        inputs = new(() => List("inputs", ReadInput));
        outputs = new(() => List("outputs", ReadOutput) is { Count: > 0 } some && AbsoluteTolerance is > 0
            ? some
            : throw new MalformedCaseException("a case needs outputs and an atol above zero"));
    }

    /// <summary>The file that was read.</summary>
    public string File { get; }

    /// <summary>The whole file, for formats that are not deep-parity/1.</summary>
    public JsonElement Root { get; }

    /// <summary>The layout of the file, for example "deep-parity/1".</summary>
    public string Format { get; }

    /// <summary>Which package.</summary>
    public string Family { get; }

    /// <summary>Which module of the reference.</summary>
    public string Model { get; }

    /// <summary>Anything unusual, for a reader.</summary>
    public string Note { get; }

    /// <summary>Every hyper-parameter, in the reference's own terms.</summary>
    public CaseConfig Config { get; }

    /// <summary>The reference's state dict.</summary>
    public IReadOnlyList<CaseWeight> Weights => weights.Value;

    /// <summary>The inputs by name.</summary>
    public IReadOnlyList<CaseInput> Inputs => inputs.Value;

    /// <summary>The expected outputs.</summary>
    public IReadOnlyList<CaseOutput> Outputs => outputs.Value;

    /// <summary>Largest allowed absolute difference; null in formats that state it elsewhere.</summary>
    public double? AbsoluteTolerance { get; }

    /// <summary>Whether an output of that name is expected.</summary>
    public bool Wants(string output) => Outputs.Any(o => o.Name == output);

    /// <summary>The input of that name.</summary>
    public CaseInput Input(string name) =>
        Inputs.FirstOrDefault(i => i.Name == name) ?? throw new MalformedCaseException($"the input {name} is missing");

    /// <summary>Reads a case file.</summary>
    /// <exception cref="MalformedCaseException">The file is not JSON or does not follow the format.</exception>
    public static ParityCase Read(string file)
    {
        return OrMalformed(() =>
        {
            using var stream = System.IO.File.OpenRead(file);
            using var document = JsonDocument.Parse(stream);
            return new ParityCase(file, document.RootElement.Clone());
        });
    }

    private static JsonElement Empty() => JsonDocument.Parse("{}").RootElement;

    private static CaseWeight ReadWeight(JsonElement weight)
    {
        Only(weight, "name", "shape", "fill", "rule");
        return new(Name(weight), Shape(weight), Optional("fill"), Optional("rule"));

        string? Optional(string field) => weight.TryGetProperty(field, out var text) ? text.GetString() : null;
    }

    private static CaseInput ReadInput(JsonElement input)
    {
        Only(input, "name", "shape", "kind", "scale", "offset", "high", "values", "dtype", "relu");
        var values = input.TryGetProperty("values", out var literal) ? Numbers(literal) : null;
        var kind = input.TryGetProperty("kind", out var named) ? named.GetString()! : "values";
        var read = new CaseInput(Name(input), Shape(input), values is null ? kind : "values",
            Number(input, "scale", 1), Number(input, "offset", 0), (long)Number(input, "high", 0), values);
        return read switch
        {
            { Kind: "float" or "file" } => read,
            { Kind: "int", High: > 0 } => read,
            { Kind: "values", Values: { } given } when given.LongLength == FillRule.Elements(read.Shape) => read,
            _ => throw new MalformedCaseException($"the input {read.Name} of kind {kind} is not complete"),
        };
    }

    private static CaseOutput ReadOutput(JsonElement output)
    {
        Only(output, "name", "shape", "mean", "std", "indices", "values");
        var indices = output.GetProperty("indices") is { ValueKind: JsonValueKind.Array } places
            ? places.EnumerateArray().Select(i => i.GetInt64()).ToArray()
            : null;
        var read = new CaseOutput(Name(output), Shape(output), Optional(output, "mean"), Optional(output, "std"), indices,
            Numbers(output.GetProperty("values")));
        var elements = FillRule.Elements(read.Shape);
        if (read.Values.LongLength != (indices?.LongLength ?? elements) || indices?.Any(i => i < 0 || i >= elements) == true)
        {
            throw new MalformedCaseException($"the values of output {read.Name} do not fit its shape and indices");
        }

        return read;
    }

    private static void Only(JsonElement entry, params string[] known)
    {
        if (entry.EnumerateObject().Select(p => p.Name).FirstOrDefault(n => !known.Contains(n)) is { } unknown)
        {
            throw new MalformedCaseException($"{Name(entry)} has a field {unknown} that is not known");
        }
    }

    private static string Name(JsonElement entry) => entry.GetProperty("name").GetString()!;

    private static long[] Shape(JsonElement entry) => [.. entry.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64())];

    private static double[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(v => v.GetDouble())];

    private static double Number(JsonElement entry, string key, double fallback) => Optional(entry, key) ?? fallback;

    private static double? Optional(JsonElement entry, string key) =>
        entry.TryGetProperty(key, out var value) && value.ValueKind != JsonValueKind.Null ? value.GetDouble() : null;

    private string? Text(string key) =>
        Root.TryGetProperty(key, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private List<T> List<T>(string key, Func<JsonElement, T> item) => OrMalformed(() => Root.TryGetProperty(key, out var list)
        ? list.EnumerateArray().Select(item).ToList()
        : throw new MalformedCaseException($"the file has no {key}"));

    private static T OrMalformed<T>(Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or OverflowException or KeyNotFoundException or IOException)
        {
            throw new MalformedCaseException($"the file cannot be read as a case: {e.Message}");
        }
    }
}
