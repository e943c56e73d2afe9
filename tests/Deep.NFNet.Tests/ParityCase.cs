using System.Text;
using System.Text.Json;
using Deep.NFNets;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tests.NFNets;

/// <summary>Reads a parity case of the family and fills weights and inputs by the rule of parity/FORMAT.md.</summary>
internal sealed class ParityCase
{
    public ParityCase(string name)
    {
        using var stream = File.OpenRead(SharedData.At("parity", "nfnet", name + ".json"));
        Root = JsonDocument.Parse(stream).RootElement.Clone();
        Config = Root.GetProperty("config");
    }

    public JsonElement Root { get; }

    public JsonElement Config { get; }

    public double Tolerance => Root.GetProperty("atol").GetDouble();

    public bool IsHaiku => Config.TryGetProperty("class", out _);

    public IEnumerable<(string Name, long[] Shape)> Weights =>
        Root.GetProperty("weights").EnumerateArray().Select(w => (w.GetProperty("name").GetString()!, Shape(w)));

    public Tensor Weight(string name, long[] shape)
    {
        if (Config.TryGetProperty("override_after_fill", out var overrides))
        {
            foreach (var entry in overrides.EnumerateObject().Where(entry =>
                name.EndsWith(entry.Name, StringComparison.Ordinal)))
            {
                return full(shape, entry.Value.GetDouble(), dtype: float32);
            }
        }

        var last = name[(name.LastIndexOf('.') + 1)..];
        var count = shape.Aggregate(1L, (a, b) => a * b);
        var centred = last is "weight" or "gain" or "scale" or "gamma" ? 1.0 : 0.0;
        return shape.Length >= 2
            ? Fill(name, shape, Math.Sqrt(3.0 / (count / shape[0])), 0)
            : Fill(name, shape, 0.1, centred);
    }

    public Tensor Input(string name)
    {
        var input = Root.GetProperty("inputs").EnumerateArray().Single(i => i.GetProperty("name").GetString() == name);
        if (input.TryGetProperty("values", out var values))
        {
            return tensor(values.EnumerateArray().Select(v => v.GetSingle()).ToArray()).reshape(Shape(input)).to(TestDevice.Current);
        }

        var scale = input.TryGetProperty("scale", out var s) ? s.GetDouble() : 1;
        var offset = input.TryGetProperty("offset", out var o) ? o.GetDouble() : 0;
        return Fill("input:" + name, Shape(input), scale, offset).to(TestDevice.Current);
    }

    /// <summary>The largest difference from the expected values of an output, mean and deviation among them.</summary>
    public double Difference(string name, Tensor found)
    {
        var output = Root.GetProperty("outputs").EnumerateArray().Single(o =>
            o.GetProperty("name").GetString() == name);
        Assert.Equal(Shape(output), found.shape);
        var data = found.cpu().contiguous().data<float>().ToArray();
        var indices = output.GetProperty("indices").ValueKind == JsonValueKind.Null
            ? Enumerable.Range(0, data.Length).ToArray()
            : output.GetProperty("indices").EnumerateArray().Select(i => i.GetInt32()).ToArray();
        var expected = output.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()).ToArray();
        var largest = indices.Zip(expected, (i, e) => Math.Abs(data[i] - e)).Max();
        return Math.Max(largest, Math.Abs(data.Average(v => (double)v) - output.GetProperty("mean").GetDouble()));
    }

    public bool HasOutput(string name) =>
        Root.GetProperty("outputs").EnumerateArray().Any(o => o.GetProperty("name").GetString() == name);

    private static long[] Shape(JsonElement element) =>
        [.. element.GetProperty("shape").EnumerateArray().Select(d => d.GetInt64())];

    private static Tensor Fill(string name, long[] shape, double scale, double offset)
    {
        var hash = 0xCBF29CE484222325UL;
        foreach (var b in Encoding.UTF8.GetBytes(name))
        {
            hash = (hash ^ b) * 0x100000001B3UL;
        }

        var values = new float[shape.Aggregate(1L, (a, b) => a * b)];
        for (var i = 0; i < values.Length; i++)
        {
            var z = hash + (ulong)i + 0x9E3779B97F4A7C15UL;
            z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
            z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
            z ^= z >> 31;
            values[i] = (float)((((2 * ((z >> 40) * (1.0 / 16_777_216))) - 1) * scale) + offset);
        }

        return tensor(values).reshape(shape);
    }
}
