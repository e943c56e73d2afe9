using System.Text.Json;
using Deep.Tests;
using static TorchSharp.torch;

namespace Deep.Training.Tests;

/// <summary>A case of the shared parity folder: its numbers, and tensors filled from their names.</summary>
internal sealed class ParityCase
{
    private readonly JsonElement _root;

    public ParityCase(string folder, string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.At("parity", folder, name + ".json")));
        _root = document.RootElement.Clone();
    }

    public JsonElement Root => _root;

    public JsonElement Config => _root.GetProperty("config");

    public double Tolerance => _root.GetProperty("atol").GetDouble();

    public IEnumerable<string> Inputs => _root.GetProperty("inputs").EnumerateArray().Select(i => i.GetProperty("name").GetString()!);

    /// <summary>A float or int input, filled by the rule of FORMAT.md.</summary>
    public Tensor Input(string name)
    {
        var input = _root.GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("name").GetString() == name);
        var shape = Longs(input.GetProperty("shape"));
        var count = shape.Aggregate(1L, (product, size) => product * size);
        var bits = Bits("input:" + name, count);
        if (input.GetProperty("kind").GetString() == "int")
        {
            var high = input.GetProperty("high").GetUInt64();
            return tensor(bits.Select(z => (long)(z % high)).ToArray()).reshape(shape);
        }

        var (scale, offset) = (input.GetProperty("scale").GetDouble(), input.GetProperty("offset").GetDouble());
        return tensor(bits.Select(z => (float)((Signed(z) * scale) + offset)).ToArray()).reshape(shape);
    }

    /// <summary>Asserts that a tensor is the case's output of that name.</summary>
    public void Check(string name, Tensor actual)
    {
        var output = _root.GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == name);
        Assert.Equal(Longs(output.GetProperty("shape")), actual.shape);
        Check(name, [.. actual.to(ScalarType.Float64).contiguous().data<double>()]);
    }

    /// <summary>Asserts that numbers are the case's output of that name, in row-major order.</summary>
    public void Check(string name, double[] actual)
    {
        var output = _root.GetProperty("outputs").EnumerateArray().Single(o => o.GetProperty("name").GetString() == name);
        var expected = Doubles(output.GetProperty("values"));
        var indices = output.GetProperty("indices") is { ValueKind: JsonValueKind.Array } given
            ? Longs(given)
            : [.. Enumerable.Range(0, expected.Length).Select(i => (long)i)];
        Assert.Equal(output.GetProperty("mean").GetDouble(), actual.Average(), Tolerance);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i], actual[indices[i]], Tolerance);
        }
    }

    /// <summary>A vector of 2u − 1 of the fill rule.</summary>
    public static Tensor Unit(string name, long count) => tensor(Bits(name, count).Select(Signed).ToArray());

    public static double[] Doubles(JsonElement element) =>
        element.ValueKind == JsonValueKind.Array
            ? [.. element.EnumerateArray().SelectMany(Doubles)]
            : [element.GetDouble()];

    public static long[] Longs(JsonElement element) => [.. element.EnumerateArray().Select(e => e.GetInt64())];

    private static double Signed(ulong z) => (2 * ((z >> 40) * Math.Pow(2, -24))) - 1;

    private static IEnumerable<ulong> Bits(string name, long count)
    {
        var hash = System.Text.Encoding.UTF8.GetBytes(name)
            .Aggregate(0xCBF29CE484222325UL, (h, b) => (h ^ b) * 0x100000001B3UL);
        for (long i = 0; i < count; i++)
        {
            var z = hash + (ulong)i + 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            yield return z ^ (z >> 31);
        }
    }
}
