using System.Text.Json;

namespace Deep.Nowcast;

/// <summary>The settings in a config.json as openclimatefix's training module writes it: those that make a network.</summary>
/// <param name="ForecastSteps">Lead times.</param>
/// <param name="OutputShape">The side of the frames that it was trained on.</param>
internal sealed record OpenClimateFixSettings(int ForecastSteps, int OutputShape)
{
    private const int LargestFile = 1 << 20;

    /// <summary>Reads the file beside a checkpoint; null where there is none.</summary>
    /// <exception cref="ConfigurationException">It is too large or no JSON object.</exception>
    public static OpenClimateFixSettings? Beside(string checkpoint)
    {
        var path = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(checkpoint))!, "config.json");
        if (!File.Exists(path))
        {
            return null;
        }

        if (new FileInfo(path).Length > LargestFile)
        {
            throw new ConfigurationException(path, $"at most {LargestFile} bytes", new FileInfo(path).Length);
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var root = document.RootElement;
            return root.ValueKind == JsonValueKind.Object
                ? new(Whole(root, path, "forecast_steps", 18), Whole(root, path, "output_shape", 256))
                : throw new ConfigurationException(path, "a JSON object", root.ValueKind);
        }
        catch (JsonException error)
        {
            throw new ConfigurationException(path, "JSON", error.Message);
        }
    }

    /// <summary>The file's text for a network, in their library's terms.</summary>
    public static string Write(DgmrConfig config, int outputShape)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true }))
        {
            writer.WriteStartObject();
            writer.WriteNumber("forecast_steps", config.ForecastSteps);
            writer.WriteNumber("input_channels", config.InputChannels);
            writer.WriteNumber("output_shape", outputShape);
            writer.WriteNumber("latent_channels", config.LatentChannels);
            writer.WriteNumber("context_channels", config.ContextChannels);
            writer.WriteString("conv_type", "standard");
            writer.WriteEndObject();
        }

        return System.Text.Encoding.UTF8.GetString(stream.ToArray());
    }

    private static int Whole(JsonElement root, string path, string name, int fallback) =>
        !root.TryGetProperty(name, out var value) ? fallback
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number is > 0 and <= 100_000 ? number
        : throw new ConfigurationException($"{path}: {name}", "a whole number from 1 to 100000", value.GetRawText());
}
