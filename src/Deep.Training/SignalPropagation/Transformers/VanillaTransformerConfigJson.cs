using System.Text.Json.Serialization;

namespace Deep.Training.SignalPropagation;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(VanillaTransformerConfig))]
internal sealed partial class VanillaTransformerConfigJson : JsonSerializerContext;
