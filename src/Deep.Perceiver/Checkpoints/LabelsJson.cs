using System.Text.Json.Serialization;

namespace Deep.Perceivers;

[JsonSerializable(typeof(string[]))]
internal sealed partial class LabelsJson : JsonSerializerContext;
