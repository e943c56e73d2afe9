using System.Text.Json;
using Deep.Media;

namespace Deep.Tests.Media;

/// <summary>The evaluation transforms against what Pillow, torchvision and timm computed.</summary>
public class PreprocessParityTests
{
    public static TheoryData<string> Cases()
    {
        var cases = new TheoryData<string>();
        if (SharedData.Folder is not null)
        {
            var evaluation = Directory.GetFiles(SharedData.At("parity", "preprocess"), "*.json");
            var published = Directory.GetFiles(SharedData.At("parity", "nfnet"), "timm_preprocess_*.json");
            foreach (var file in evaluation.Concat(published).Order(StringComparer.Ordinal))
            {
                cases.Add(Path.GetRelativePath(SharedData.At("parity"), file).Replace('\\', '/'));
            }
        }

        return cases;
    }

    [SharedTheory]
    [MemberData(nameof(Cases))]
    public void Evaluation_transform_equals_the_reference_to_the_last_bit_of_a_pixel(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(SharedData.At("parity", name)));
        var root = document.RootElement;
        var transform = Transform(root.GetProperty("config"));
        foreach (var output in root.GetProperty("outputs").EnumerateArray())
        {
            var file = root.GetProperty("config").TryGetProperty("image", out var image)
                ? SharedData.At(image.GetString()!)
                : SharedData.At("data", "nfnet", output.GetProperty("name").GetString()!);
            using var pixels = transform.Apply(Picture.Open(file));
            Assert.Equal(output.GetProperty("shape").EnumerateArray().Select(s => s.GetInt64()), pixels.shape);

            var values = pixels.data<float>().ToArray();
            var expected = output.GetProperty("values").EnumerateArray().Select(v => v.GetDouble()).ToArray();
            var indices = output.GetProperty("indices").EnumerateArray().Select(i => i.GetInt32()).ToArray();
            Assert.NotEmpty(indices);
            for (var i = 0; i < indices.Length; i++)
            {
                Assert.InRange(values[indices[i]], expected[i] - 1e-6, expected[i] + 1e-6);
            }

            // The mean over all pixels has no room for one wrong step in a sixth of them either.
            var mean = values.Average(v => (double)v);
            Assert.Equal(output.GetProperty("mean").GetDouble(), mean, 1e-6);
            var std = Math.Sqrt(values.Average(v => (v - mean) * (v - mean)));
            Assert.Equal(output.GetProperty("std").GetDouble(), std, 1e-6);
        }
    }

    private static EvaluationTransform Transform(JsonElement config)
    {
        var (height, width) = config.TryGetProperty("input_size", out var size)
            ? (size[1].GetInt32(), size[2].GetInt32())
            : (config.GetProperty("size").GetInt32(), config.GetProperty("size").GetInt32());
        return new EvaluationTransform
        {
            Height = height,
            Width = width,
            CropFraction = config.GetProperty("crop_pct").GetDouble(),
            Mode = config.TryGetProperty("crop_mode", out var mode)
                ? Enum.Parse<CropMode>(mode.GetString()!, ignoreCase: true)
                : CropMode.Center,
            Filter = Enum.Parse<ResizeFilter>(config.GetProperty("interpolation").GetString()!, ignoreCase: true),
            Mean = [.. config.GetProperty("mean").EnumerateArray().Select(v => v.GetDouble())],
            Std = [.. config.GetProperty("std").EnumerateArray().Select(v => v.GetDouble())],
        };
    }
}
