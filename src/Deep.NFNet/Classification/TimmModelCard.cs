using System.Text.Json;

namespace Deep.NFNets;

/// <summary>
/// The config.json beside timm's weights on the hub: what the tensors cannot say about preparing pictures.
/// </summary>
internal sealed record TimmModelCard(NFNetConfig Config, IReadOnlyList<string>? Labels)
{
    /// <summary>Reads the file onto a configuration; what it does not say stays as it was.</summary>
    /// <exception cref="ConfigurationException">The file is not JSON, or a value is out of range.</exception>
    public static TimmModelCard Read(string path, NFNetConfig config)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(path));
            var root = document.RootElement;
            var card = root.TryGetProperty("pretrained_cfg", out var nested) ? nested : root;
            var read = config with
            {
                TestSize = Side(card, "test_input_size") ?? Side(card, "input_size") ?? config.TestSize,
                CropFraction = Number(card, "test_crop_pct") ?? Number(card, "crop_pct") ?? config.CropFraction,
                Squash = card.TryGetProperty("crop_mode", out var mode) ? mode.GetString() == "squash" : config.Squash,
                CropMargin = 0,
                Mean = Numbers(card, "mean") ?? config.Mean,
                StandardDeviation = Numbers(card, "std") ?? config.StandardDeviation,
            };
            read.Validate();
            var labels = root.TryGetProperty("label_names", out var names) && names.ValueKind == JsonValueKind.Array
                ? names.EnumerateArray().Select(name => name.GetString() ?? string.Empty).ToArray()
                : null;
            return new(read, labels);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new ConfigurationException(path, "timm's config.json", error.Message);
        }
    }

    private static double? Number(JsonElement card, string name) =>
        card.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : null;

    private static double[]? Numbers(JsonElement card, string name) =>
        card.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(v => v.GetDouble())] : null;

    // [C, H, W]
    private static int? Side(JsonElement card, string name) =>
        Numbers(card, name) is { Length: 3 } size ? (int)size[2] : null;
}
