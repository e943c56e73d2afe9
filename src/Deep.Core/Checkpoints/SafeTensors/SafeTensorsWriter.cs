using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using static TorchSharp.torch;

namespace Deep.Checkpoints.SafeTensors;

/// <summary>
/// Writes a <c>.safetensors</c> file: by element type (largest first), then by name, header padded to eight bytes.
/// </summary>
internal static class SafeTensorsWriter
{
    private static readonly JsonWriterOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <param name="path">The file's name, for errors.</param>
    /// <param name="tensors">What to write; nothing is disposed.</param>
    /// <param name="metadata">Strings for the header, or null.</param>
    /// <param name="stream">Where to write.</param>
    public static void Write(
        string path,
        IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata,
        Stream stream)
    {
        var ordered = tensors
            .Select(pair => (Name: pair.Key, Tensor: pair.Value, Type: TypeOf(path, pair.Key, pair.Value)))
            .OrderByDescending(entry => entry.Type.Rank)
            .ThenBy(entry => entry.Name, Utf8Order.Comparer)
            .ToList();
        var header = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(header, Json))
        {
            WriteHeader(json, ordered, metadata);
        }

        while (header.WrittenCount % 8 != 0)
        {
            header.Write(" "u8);
        }

        if (header.WrittenCount > SafeTensorsReader.MaxHeaderBytes)
        {
            throw new CheckpointException(
                path, "header", $"would have {header.WrittenCount} bytes, more than the format allows");
        }

        Span<byte> prefix = stackalloc byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(prefix, header.WrittenCount);
        stream.Write(prefix);
        stream.Write(header.WrittenSpan);
        foreach (var (_, tensor, _) in ordered)
        {
            TensorStream.Write(stream, tensor);
        }
    }

    private static SafeTensorsType TypeOf(string path, string name, Tensor tensor)
    {
        if (name == "__metadata__")
        {
            throw new CheckpointException(path, name, "is a name that the format keeps for itself");
        }

        return SafeTensorsType.Find(tensor.dtype)
            ?? throw new CheckpointException(
                path, name, $"is of type {tensor.dtype}, which the safetensors format does not have");
    }

    private static void WriteHeader(
        Utf8JsonWriter json,
        List<(string Name, Tensor Tensor, SafeTensorsType Type)> ordered,
        IReadOnlyDictionary<string, string>? metadata)
    {
        json.WriteStartObject();
        if (metadata is { Count: > 0 })
        {
            json.WriteStartObject("__metadata__");
            foreach (var (key, value) in metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                json.WriteString(key, value);
            }

            json.WriteEndObject();
        }

        var begin = 0L;
        foreach (var (name, tensor, type) in ordered)
        {
            var end = begin + (tensor.numel() * type.Bits / 8);
            json.WriteStartObject(name);
            json.WriteString("dtype", type.Name);
            WriteNumbers(json, "shape", tensor.shape);
            WriteNumbers(json, "data_offsets", [begin, end]);
            json.WriteEndObject();
            begin = end;
        }

        json.WriteEndObject();
    }

    private static void WriteNumbers(Utf8JsonWriter json, string name, long[] numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers)
        {
            json.WriteNumberValue(number);
        }

        json.WriteEndArray();
    }
}
