using System.Text.Json.Serialization;

namespace Deep.Nowcast;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(DgmrConfig))]
internal sealed partial class DgmrConfigJson : JsonSerializerContext;
