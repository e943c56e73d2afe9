using System.Text.Json;
using Deep.Checkpoints;
using Deep.NFNets;

namespace Deep.Cli.Training;

internal static class ModelFile
{
    public static void Save(this NFNet network, string path, IReadOnlyList<string> labels) =>
        Checkpoint.Save(path, network.state_dict(), new Dictionary<string, string>
        {
            ["format"] = "pt",
            ["config"] = network.Config.ToJson(),
            ["labels"] = JsonSerializer.Serialize(labels),
        });
}
