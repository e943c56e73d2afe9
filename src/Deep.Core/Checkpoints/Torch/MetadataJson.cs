using System.Text.Json.Serialization;

namespace Deep.Checkpoints.Torch;

/// <summary>Reads and writes metadata without reflection, so that trimmed and ahead-of-time builds work.</summary>
[JsonSerializable(typeof(Dictionary<string, string>))]
internal sealed partial class MetadataJson : JsonSerializerContext;
