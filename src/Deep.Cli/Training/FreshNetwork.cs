using Deep.NFNets;
using static TorchSharp.torch;

namespace Deep.Cli.Training;

/// <summary>A network with weights drawn from torch's generator.</summary>
/// <param name="name">The small preset, a published variant, or a configuration's JSON file.</param>
internal sealed class FreshNetwork(string name) : INetworkSource
{
    public NFNetConfig Config { get; } = ConfigChoice.Find(name);

    public NFNet Build(int classes, int size, Device device) =>
        new(Config with { Classes = classes, TrainSize = size, TestSize = size }, device);
}
