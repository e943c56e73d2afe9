using System.Text.Json;

namespace Deep.Parity.Cases;

/// <summary>The settings of a case. It remembers which keys were read, so that none is silently ignored.</summary>
public sealed class CaseConfig
{
    private readonly Dictionary<string, JsonElement> values;
    private readonly Dictionary<string, CaseConfig> children = [];
    private readonly HashSet<string> read = [];
    private readonly string path;

    internal CaseConfig(JsonElement settings, string path = "config")
    {
        if (settings.ValueKind != JsonValueKind.Object)
        {
            throw new MalformedCaseException($"{path} is not an object");
        }

        values = settings.EnumerateObject().ToDictionary(p => p.Name, p => p.Value);
        this.path = path;
    }

    /// <summary>The keys, in the file's order.</summary>
    public IEnumerable<string> Keys => values.Keys;

    /// <summary>Whether the key is there and not null.</summary>
    public bool Has(string key) => values.TryGetValue(key, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>Reads a key, or gives the fallback where it is absent or null.</summary>
    public string Text(string key, string? fallback = null) => Read(key, v => v.GetString()!, fallback);

    /// <inheritdoc cref="Text"/>
    public double Number(string key, double? fallback = null) => ReadValue(key, v => v.GetDouble(), fallback);

    /// <inheritdoc cref="Text"/>
    public int Whole(string key, int? fallback = null) => ReadValue(key, WholeNumber, fallback);

    /// <inheritdoc cref="Text"/>
    public bool Flag(string key, bool? fallback = null) => ReadValue(key, v => v.GetBoolean(), fallback);

    /// <inheritdoc cref="Text"/>
    public double[] Numbers(string key, double[]? fallback = null) => Read(key, v => List(v, x => x.GetDouble()), fallback);

    /// <inheritdoc cref="Text"/>
    public int[] Integers(string key, int[]? fallback = null) => Read(key, v => List(v, WholeNumber), fallback);

    /// <inheritdoc cref="Text"/>
    public string[] Texts(string key, string[]? fallback = null) => Read(key, v => List(v, x => x.GetString()!), fallback);

    /// <summary>Reads a list that may also stand as one value for all stages.</summary>
    public T[] PerStage<T>(string key, int stages, Func<JsonElement, T> item, T[]? fallback = null) =>
        Read(key, v => v.ValueKind == JsonValueKind.Array ? List(v, item) : [.. Enumerable.Repeat(item(v), stages)], fallback);

    /// <summary>The settings below a key; empty where it is absent or null. Its own keys have to be read too.</summary>
    public CaseConfig Section(string key)
    {
        read.Add(key);
        if (!children.TryGetValue(key, out var child))
        {
            child = new(Has(key) ? values[key] : JsonDocument.Parse("{}").RootElement, $"{path}.{key}");
            children.Add(key, child);
        }

        return child;
    }

    /// <summary>The raw value of a key that must be there.</summary>
    public JsonElement Raw(string key) => ReadValue<JsonElement>(key, v => v, null);

    /// <summary>Marks keys that explain the case to a reader and set nothing.</summary>
    public void Informational(params ReadOnlySpan<string> keys)
    {
        foreach (var key in keys)
        {
            read.Add(key);
        }
    }

    /// <summary>Keys that no adapter has looked at, with their sections.</summary>
    public IEnumerable<string> Unread =>
        values.Keys.Where(k => !read.Contains(k)).Concat(children.SelectMany(c => c.Value.Unread.Select(k => $"{c.Key}.{k}")));

    private static int WholeNumber(JsonElement value) =>
        value.TryGetInt32(out var whole) ? whole : checked((int)value.GetDouble()) is var rounded && rounded == value.GetDouble()
            ? rounded
            : throw new FormatException("not a whole number");

    private static T[] List<T>(JsonElement value, Func<JsonElement, T> item) => [.. value.EnumerateArray().Select(item)];

    private T Read<T>(string key, Func<JsonElement, T> convert, T? fallback) where T : class
    {
        read.Add(key);
        return Has(key) ? Convert(key, convert) : fallback ?? throw new MalformedCaseException($"{path}.{key} is missing");
    }

    private T ReadValue<T>(string key, Func<JsonElement, T> convert, T? fallback) where T : struct
    {
        read.Add(key);
        return Has(key) ? Convert(key, convert) : fallback ?? throw new MalformedCaseException($"{path}.{key} is missing");
    }

    private T Convert<T>(string key, Func<JsonElement, T> convert)
    {
        try
        {
            return convert(values[key]);
        }
        catch (Exception e) when (e is InvalidOperationException or FormatException or OverflowException)
        {
            throw new MalformedCaseException($"{path}.{key} is {values[key].GetRawText()}, which is not what was expected there");
        }
    }
}
