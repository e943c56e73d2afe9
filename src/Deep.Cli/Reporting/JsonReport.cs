using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deep.Cli.Reporting;

/// <summary>Writes results as one JSON document, for programs.</summary>
internal static class JsonReport
{
    private static readonly JsonSerializerOptions Options = new()
    {
        WriteIndented = true,
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // The document goes to a terminal or a program, never into HTML: labels stay readable.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>Writes the document to the output.</summary>
    public static void Write<T>(Terminal terminal, T document) =>
        terminal.Output.WriteLine(JsonSerializer.Serialize(document, Options));
}
