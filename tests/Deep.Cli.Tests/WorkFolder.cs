using System.IO.Compression;
using Deep.Cli.Training;
using Deep.Media;
using Deep.NFNets;
using TorchSharp;

namespace Deep.Cli.Tests;

/// <summary>A temporary folder with what the tests need: pictures, and a small network with random weights.</summary>
public sealed class WorkFolder : IDisposable
{
    /// <summary>The classes of the small network.</summary>
    public static readonly IReadOnlyList<string> Labels = ["blue", "green", "red"];

    public WorkFolder() => Root = Directory.CreateTempSubdirectory("deep-cli-tests-").FullName;

    public string Root { get; }

    /// <summary>A path below the folder.</summary>
    public string At(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>A network of a few thousand parameters for pictures of 16 px, its file written once.</summary>
    public string Model()
    {
        var file = At("small.safetensors");
        if (!File.Exists(file))
        {
            torch.manual_seed(1);
            using var network = new NFNet(SmallConfig with { Classes = Labels.Count });
            network.Save(file, Labels);
        }

        return file;
    }

    /// <summary>The configuration of <see cref="Model"/> as a file for <c>deep train images --model</c>.</summary>
    public string Config()
    {
        var file = At("small.json");
        File.WriteAllText(file, SmallConfig.ToJson());
        return file;
    }

    /// <summary>Writes a picture of one colour with noise.</summary>
    public string Draw(string name, int label, int seed = 0, int size = 24)
    {
        var file = At(name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        var random = new Random(seed);
        var rgb = new byte[size * size * 3];
        for (var i = 0; i < rgb.Length; i++)
        {
            rgb[i] = (byte)(random.Next(80) + (i % 3 == 2 - label ? 150 : 0));
        }

        var picture = new Picture(size, size, rgb);
        File.WriteAllBytes(file, Path.GetExtension(name) == ".png" ? picture.EncodePng() : picture.EncodeJpeg());
        return file;
    }

    /// <summary>A folder with one folder per class, each with the same number of pictures.</summary>
    public string PictureSet(string name, int perClass)
    {
        for (var i = 0; i < perClass * Labels.Count; i++)
        {
            var label = i % Labels.Count;
            Draw(Path.Combine(name, Labels[label], $"{i:D3}.png"), label, seed: i);
        }

        return At(name);
    }

    /// <summary>A text of lines with a few words each.</summary>
    public string Text(string name, int lines = 200, int seed = 0)
    {
        string[] words = ["to", "be", "or", "not", "that", "is", "the", "question"];
        var random = new Random(seed);
        var text = Enumerable.Range(0, lines).Select(_ => string.Join(' ', Enumerable.Range(0, 4).Select(_ => words[random.Next(words.Length)])) + "\n");
        File.WriteAllText(At(name), string.Concat(text));
        return At(name);
    }

    /// <summary>A transformer of a few thousand parameters, trained for some steps, its file written once.</summary>
    public string LanguageModel()
    {
        var file = At("language-run", "model.safetensors");
        if (!File.Exists(file))
        {
            ToolRun.Of(["train", "text", Text("language.txt"), "--out", At("language-run"), .. ShortTextRun]).Succeeded();
        }

        return file;
    }

    /// <summary>The options of a short run on a text.</summary>
    public static IReadOnlyList<string> ShortTextRun { get; } =
    [
        "--layers", "3", "--width", "16", "--heads", "2", "--context", "16", "--batch", "4", "--steps", "20", "--test-every", "5",
        "--threads", "1", "--device", "cpu",
    ];

    /// <summary>A zip file of a folder.</summary>
    public static string Zip(string folder)
    {
        ZipFile.CreateFromDirectory(folder, folder + ".zip");
        return folder + ".zip";
    }

    public void Dispose() => Directory.Delete(Root, recursive: true);

    private static NFNetConfig SmallConfig { get; } = SmallPictures.Config with
    {
        Name = "small",
        Stem = [new NFNetStemConv(4, 3, 1), new NFNetStemConv(8, 3, 2)],
        Stages = [new NFNetStage(1, 16, 1) { GroupWidth = 0 }, new NFNetStage(1, 32, 2) { GroupWidth = 0 }],
        FinalChannels = 32,
        TrainSize = 16,
        TestSize = 16,
    };
}
