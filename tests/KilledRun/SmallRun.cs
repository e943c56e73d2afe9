using System.Globalization;
using Deep;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace KilledRun;

/// <summary>The run in the child process: deterministic small pictures and a small network, saved every few steps.</summary>
internal static class SmallRun
{
    public const int Steps = 40;
    private const int Side = 8;
    private const int Classes = 4;

    /// <summary>Trains to the end, from the newest checkpoint of the folder, and tells each step.</summary>
    /// <returns>0 at the end, 3 where the run had to stop.</returns>
    public static int Train(string name, string folder, TextWriter output)
    {
        // More threads add up in another order.
        set_num_threads(1);
        try
        {
            RunConfigurations.Of(name).Train(folder, new Lines(output));
            return 0;
        }
        catch (DeepException error)
        {
            output.WriteLine($"error {error.Message}");
            return 3;
        }
    }

    public static PictureSet Pictures()
    {
        var random = new RandomState(42);
        var labels = Enumerable.Range(0, 96).Select(i => i % Classes).ToArray();
        var pixels = labels
            .SelectMany(label => Enumerable.Range(0, 3 * Side * Side).Select(_ => (byte)(30 + (40 * label) + random.NextInt32(60))))
            .ToArray();
        return new PictureSet(pixels, labels, ["a", "b", "c", "d"], 3, Side, Side);
    }

    public static TorchSharp.Modules.Sequential Network(ScalarType type, bool normalizes)
    {
        manual_seed(7).Dispose();
        var layers = new List<(string, Module<Tensor, Tensor>)> { ("conv", Conv2d(3, 16, 3, padding: 1)) };
        if (normalizes)
        {
            layers.Add(("norm", BatchNorm2d(16)));
        }

        layers.AddRange(
        [
            ("act", ReLU()), ("pool", AdaptiveAvgPool2d(4)), ("flat", Flatten()), ("hidden", Linear(256, 64)), ("act2", ReLU()),
            ("drop", Dropout(0.3)), ("fc", Linear(64, Classes)),
        ]);
        var network = Sequential(layers);
        network.to(type);
        return network;
    }

    private sealed class Lines(TextWriter output) : IRunLog
    {
        public void Report(TrainingProgress progress) =>
            Write(string.Create(CultureInfo.InvariantCulture, $"step {progress.Step} loss {progress.Loss:R}"));

        public void Report(TrainingEvent happened) => Write($"{happened.Kind} {happened.Step} {happened.Path}");

        private void Write(string line)
        {
            output.WriteLine(line);
            output.Flush();
        }
    }
}
