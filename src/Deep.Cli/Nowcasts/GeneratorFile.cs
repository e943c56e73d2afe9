using Deep.Checkpoints;
using Deep.Nowcast;
using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Cli.Nowcasts;

/// <summary>The file of a trained generator: its weights, with its configuration in the metadata.</summary>
internal static class GeneratorFile
{
    private const string Configuration = "config";

    /// <summary>Writes it.</summary>
    /// <param name="generator">The generator; its spectral norms are those that a reader divides by.</param>
    /// <param name="path">A .safetensors file.</param>
    public static void Save(Dgmr generator, string path) => Checkpoint.Save(
        path, generator.state_dict(), new Dictionary<string, string> { [Configuration] = generator.Config.ToJson() });

    /// <summary>Reads it as a forecaster that is named after the file.</summary>
    /// <param name="path">What <see cref="Save"/> wrote.</param>
    /// <param name="device">Where it computes, such as <c>auto</c>.</param>
    /// <exception cref="CheckpointException">It is no such file.</exception>
    public static NowcastModel Load(string path, string device)
    {
        using var file = Checkpoint.Open(path);
        var config = file.Metadata.TryGetValue(Configuration, out var json)
            ? DgmrConfig.FromJson(json)
            : throw new CheckpointException(path, null, "expected a model of 'deep nowcast train', with its configuration in the metadata, found none");
        using var generator = new Dgmr(config, Devices.Resolve(device));
        using (NewDisposeScope())
        {
            new ModelState(generator).Load(file.Tensors.Keys.ToDictionary(name => name, file.Read));
        }

        return new NowcastModel(generator, new NowcastModelOptions { Name = Path.GetFileNameWithoutExtension(path), Cadence = null });
    }
}
