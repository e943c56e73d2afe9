using Deep.Checkpoints;
using Deep.Nowcast;

namespace Deep.Cli.Nowcasts;

/// <summary>The file of a trained generator: its weights, with its configuration beside them.</summary>
internal static class GeneratorFile
{
    private const string Configuration = "config";

    /// <summary>Writes it.</summary>
    public static void Save(Dgmr generator, string path) => Checkpoint.Save(
        path, generator.state_dict(), new Dictionary<string, string> { [Configuration] = generator.Config.ToJson() });
}
