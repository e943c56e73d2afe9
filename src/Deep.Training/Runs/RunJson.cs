using System.Text.Json;
using System.Text.Json.Serialization;

namespace Deep.Training;

/// <summary>The JSON files of a checkpoint; numbers come back to the bit, NaN and infinity by name.</summary>
[JsonSourceGenerationOptions(
    WriteIndented = true, NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals, MaxDepth = 16,
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RunManifest))]
[JsonSerializable(typeof(TrainingState))]
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class RunJson : JsonSerializerContext;
