using System.Text.Json;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>One tensor as the header declares it; offsets count from the end of the header.</summary>
internal sealed record SafeTensorsEntry(string Name, SafeTensorsType Type, long[] Shape, long Begin, long End);

/// <summary>
/// Parses the JSON header of a safetensors file: the rules about text, names and fields (4 to 6 of eleven).
/// </summary>
/// <remarks>
/// The header is <c>{"name": {"dtype": "F32", "shape": [2, 3], "data_offsets": [0, 24]}, …}</c>, with an optional
/// <c>__metadata__</c> of strings. Repeated keys are refused at every level: two readers that disagree on which one
/// counts would load two different models from one file.
/// </remarks>
internal sealed class SafeTensorsHeader
{
    private const int MaxRank = 64;

    private readonly CheckpointBytes source;
    private readonly AllocationBudget budget;
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    private SafeTensorsHeader(CheckpointBytes source, AllocationBudget budget)
    {
        this.source = source;
        this.budget = budget;
    }

    public List<SafeTensorsEntry> Entries { get; } = [];

    public Dictionary<string, string> Metadata { get; } = new(StringComparer.Ordinal);

    public static SafeTensorsHeader Parse(ReadOnlySpan<byte> json, CheckpointBytes source, AllocationBudget budget)
    {
        if (!System.Text.Unicode.Utf8.IsValid(json))
        {
            throw source.Error("header", "is not valid UTF-8");
        }

        var header = new SafeTensorsHeader(source, budget);
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 4 });
            header.ReadAll(ref reader);
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw source.Error("header", $"is not valid JSON: {error.Message}", error);
        }

        return header;
    }

    private void ReadAll(ref Utf8JsonReader reader)
    {
        Require(Next(ref reader, JsonTokenType.StartObject), null, "is not a JSON object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            Require(names.Add(name), name, "is there twice in the header");
            if (name == "__metadata__")
            {
                ReadMetadata(ref reader);
            }
            else
            {
                Entries.Add(ReadEntry(ref reader, name));
            }
        }

        while (reader.Read())
        {
            // White space is all that may follow; anything else is reported by the reader itself.
        }
    }

    private void ReadMetadata(ref Utf8JsonReader reader)
    {
        const string Name = "__metadata__";
        Require(Next(ref reader, JsonTokenType.StartObject), Name, "is not an object of strings");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var key = Text(ref reader);
            Require(Next(ref reader, JsonTokenType.String), Name, $"has a value for '{key}' that is not a string");
            budget.ChargeObject(40);
            Require(Metadata.TryAdd(key, Text(ref reader)), Name, $"has the key '{key}' twice");
        }
    }

    private SafeTensorsEntry ReadEntry(ref Utf8JsonReader reader, string name)
    {
        SafeTensorsType? type = null;
        long[]? shape = null;
        long[]? offsets = null;
        Require(Next(ref reader, JsonTokenType.StartObject), name, "is not described by an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("dtype"u8))
            {
                Require(type is null, name, "has the field 'dtype' twice");
                Require(Next(ref reader, JsonTokenType.String), name, "has a dtype that is not a string");
                var spelled = Text(ref reader);
                type = SafeTensorsType.Find(spelled) ?? throw source.Error(name, $"has the unknown dtype '{spelled}'");
            }
            else if (reader.ValueTextEquals("shape"u8))
            {
                Require(shape is null, name, "has the field 'shape' twice");
                shape = Numbers(ref reader, name, "shape");
            }
            else if (reader.ValueTextEquals("data_offsets"u8))
            {
                Require(offsets is null, name, "has the field 'data_offsets' twice");
                offsets = Numbers(ref reader, name, "data_offsets");
            }
            else
            {
                throw source.Error(name, $"has the unknown field '{Text(ref reader)}'");
            }
        }

        Require(type is not null, name, "has no dtype");
        Require(shape is not null, name, "has no shape");
        Require(offsets is { Length: 2 }, name, "has no pair of data_offsets");
        budget.ChargeTensor(shape!.Length);
        return new SafeTensorsEntry(name, type!, shape, offsets![0], offsets[1]);
    }

    private long[] Numbers(ref Utf8JsonReader reader, string name, string field)
    {
        Require(Next(ref reader, JsonTokenType.StartArray), name, $"has a {field} that is not a list");
        Span<long> numbers = stackalloc long[MaxRank];
        var count = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            Require(count < MaxRank, name, $"has a {field} of more than {MaxRank} numbers");
            var number = 0L;
            Require(
                reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out number) && number >= 0,
                name,
                $"has a {field} with something that is not a whole number of 0 to 2^63 - 1");
            numbers[count++] = number;
        }

        return numbers[..count].ToArray();
    }

    private static bool Next(ref Utf8JsonReader reader, JsonTokenType wanted) =>
        reader.Read() && reader.TokenType == wanted;

    private string Text(ref Utf8JsonReader reader)
    {
        budget.ChargeText(reader.ValueSpan.Length);
        return reader.GetString()!;
    }

    private void Require(bool condition, string? tensor, string otherwise)
    {
        if (!condition)
        {
            throw source.Error(tensor ?? "header", otherwise);
        }
    }
}
