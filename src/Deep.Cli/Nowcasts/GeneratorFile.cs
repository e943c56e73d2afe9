using Deep.Nowcast;

namespace Deep.Cli.Nowcasts;

/// <summary>The file of a trained generator as a forecaster.</summary>
internal static class GeneratorFile
{
    /// <summary>Reads a forecaster of any cadence, which is named after the file.</summary>
    /// <param name="path">What 'deep nowcast train' wrote, or a public checkpoint.</param>
    /// <param name="device">Where it computes, such as <c>auto</c>.</param>
    /// <exception cref="Deep.Checkpoints.CheckpointException">It is no such file.</exception>
    public static NowcastModel Load(string path, string device) =>
        NowcastModel.Load(path, new NowcastModelOptions { Name = Path.GetFileNameWithoutExtension(path), Cadence = null, Device = device });
}
