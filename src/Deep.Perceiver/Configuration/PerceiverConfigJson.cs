using System.Text.Json.Serialization;

namespace Deep.Perceivers;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(PerceiverConfig))]
internal sealed partial class PerceiverConfigJson : JsonSerializerContext;
