using System.Text.Json.Serialization;

namespace Deep.NFNets;

[JsonSourceGenerationOptions(UseStringEnumConverter = true, IgnoreReadOnlyProperties = true,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(NFNetConfig))]
[JsonSerializable(typeof(string[]))]
internal sealed partial class NFNetConfigJson : JsonSerializerContext;
