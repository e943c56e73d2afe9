using System.Text.Json;

namespace Deep.Perceivers;

/// <summary>The settings in a config.json as Hugging Face's library writes it, each with what it means where it is missing.</summary>
internal sealed class HuggingFaceSettings
{
    private const int LargestFile = 32 << 20;
    private readonly JsonElement root;
    private readonly string path;

    private HuggingFaceSettings(JsonElement root, string path)
    {
        this.root = root;
        this.path = path;
    }

    /// <summary>The class that the weights are of, or null where it is not said.</summary>
    public string? Architecture => root.TryGetProperty("architectures", out var list)
        && list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0
        && list[0].ValueKind == JsonValueKind.String ? list[0].GetString() : null;

    /// <summary>The names of the classes in order, or null where they are not said or not whole.</summary>
    public IReadOnlyList<string>? Labels
    {
        get
        {
            if (!root.TryGetProperty("id2label", out var map) || map.ValueKind != JsonValueKind.Object)
            {
                return null;
            }

            var byNumber = map.EnumerateObject().Where(entry => entry.Value.ValueKind == JsonValueKind.String)
                .DistinctBy(entry => entry.Name).ToDictionary(entry => entry.Name, entry => entry.Value.GetString()!);
            var labels = Enumerable.Range(0, byNumber.Count).Select(i =>
                byNumber.GetValueOrDefault(i.ToString(System.Globalization.CultureInfo.InvariantCulture))).ToArray();
            return labels.Length == 0 || labels.Contains(null) ? null : [.. labels.OfType<string>()];
        }
    }

    /// <summary>Reads a file.</summary>
    /// <exception cref="ConfigurationException">It is too large for a configuration or no JSON object.</exception>
    public static HuggingFaceSettings ReadFile(string path) => new FileInfo(path).Length <= LargestFile
        ? Parse(File.ReadAllText(path), path)
        : throw new ConfigurationException(path, $"at most {LargestFile} bytes", new FileInfo(path).Length);

    /// <summary>Reads a text; <paramref name="path"/> is what errors call it.</summary>
    /// <exception cref="ConfigurationException">It is no JSON object.</exception>
    public static HuggingFaceSettings Parse(string json, string path)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            return document.RootElement.ValueKind == JsonValueKind.Object
                ? new(document.RootElement.Clone(), path)
                : throw new ConfigurationException(path, "a JSON object", document.RootElement.ValueKind);
        }
        catch (JsonException error)
        {
            throw new ConfigurationException(path, "JSON", error.Message);
        }
    }

    /// <summary>The settings below a name.</summary>
    public HuggingFaceSettings Within(string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Object
            ? new(value, $"{path}: {name}")
            : throw new ConfigurationException($"{path}: {name}", "settings", "none");

    /// <summary>Whether the setting is there and not null.</summary>
    public bool Has(string name) => root.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null;

    /// <summary>A whole number above 0.</summary>
    public int Count(string name, int fallback) => Optional(name) ?? fallback;

    /// <summary>A whole number above 0, or null.</summary>
    public int? Optional(string name) => !Has(name) ? null
        : root.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetInt32(out var count) && count > 0
            ? count
            : throw Wrong(name, "a whole number above 0");

    /// <summary>Whole numbers above 0.</summary>
    public int[] Counts(string name, int[] fallback)
    {
        if (!Has(name))
        {
            return fallback;
        }

        var value = root.GetProperty(name);
        var counts = value.ValueKind == JsonValueKind.Array && value.GetArrayLength() <= 16
            ? value.EnumerateArray().Select(item => item.ValueKind == JsonValueKind.Number
                && item.TryGetInt32(out var count) ? count : 0).ToArray()
            : [];
        return counts.Length > 0 && counts.All(count => count > 0)
            ? counts
            : throw Wrong(name, "a list of whole numbers above 0");
    }

    /// <summary>A finite number other than 0.</summary>
    public double Number(string name, double fallback) => !Has(name) ? fallback
        : root.GetProperty(name) is { ValueKind: JsonValueKind.Number } value && value.TryGetDouble(out var number)
            && double.IsFinite(number) && number != 0
            ? number
            : throw Wrong(name, "a number other than 0");

    /// <summary>A text.</summary>
    public string Text(string name, string fallback) => !Has(name) ? fallback
        : root.GetProperty(name) is { ValueKind: JsonValueKind.String } value ? value.GetString()!
        : throw Wrong(name, "a text");

    /// <summary>A truth value.</summary>
    public bool Flag(string name, bool fallback) => !Has(name) ? fallback
        : root.GetProperty(name) is { ValueKind: JsonValueKind.True or JsonValueKind.False } value ? value.GetBoolean()
        : throw Wrong(name, "true or false");

    /// <summary>A value that no model of ours has.</summary>
    public ConfigurationException Wrong(string name, string expected) =>
        new($"{path}: {name}", expected, root.GetProperty(name).GetRawText());
}
