using System.Text.Json;
using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Finds and reads the generator of a checkpoint for <see cref="NowcastModel"/>.</summary>
/// <remarks>
/// The names are openclimatefix's. Published files name the shared tensors with or without <c>generator.</c> before them, and
/// may hold the discriminators as well.
/// </remarks>
internal static class StoredGenerator
{
    private const string Prefix = "generator.";
    private const long LongestSettings = 1 << 20;
    private static readonly string[] s_files = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>Loads the generator, in eval mode.</summary>
    /// <param name="path">A file, or a folder with model.safetensors or pytorch_model.bin.</param>
    /// <param name="config">What to build; null: what the file or config.json beside it says.</param>
    /// <param name="device">Where it computes.</param>
    public static Dgmr Load(string path, DgmrConfig? config, Device device)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        var file = Directory.Exists(path)
            ? s_files.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
            : File.Exists(path) ? path : null;
        Require.That(file is not null, "NowcastModelOptions.Model", $"a checkpoint, or a folder with {string.Join(" or ", s_files)}", $"'{path}'");
        using var source = Checkpoint.Open(file);
        config ??= ConfigOf(source, file);
        config.Validate();
        var map = RequireShapes(source, config);
        var network = Dgmr.Uninitialized(config, device);
        try
        {
            using var scope = NewDisposeScope();
            map.Load(source, network.state_dict());
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    private static DgmrConfig ConfigOf(ICheckpoint source, string file)
    {
        foreach (var key in new[] { "deep.nowcast.config", "config" })
        {
            if (source.Metadata.TryGetValue(key, out var json))
            {
                return DgmrConfig.FromJson(json);
            }
        }

        var beside = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(file))!, "config.json");
        return File.Exists(beside) ? OpenClimateFix(beside) : DgmrConfig.OpenClimateFix;
    }

    // The settings that openclimatefix stores and that decide sizes.
    private static DgmrConfig OpenClimateFix(string file)
    {
        if (new FileInfo(file).Length > LongestSettings)
        {
            throw new CheckpointException(file, null, $"settings of more than {LongestSettings} bytes");
        }

        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(file));
            var known = DgmrConfig.OpenClimateFix;
            return known with
            {
                InputChannels = Of("input_channels", known.InputChannels),
                ForecastSteps = Of("forecast_steps", known.ForecastSteps),
                ContextChannels = Of("context_channels", known.ContextChannels),
                LatentChannels = Of("latent_channels", known.LatentChannels),
            };

            int Of(string name, int otherwise) => json.RootElement.TryGetProperty(name, out var value) ? value.GetInt32() : otherwise;
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException(file, null, "the settings are not openclimatefix's", error);
        }
    }

    // Checked against a network without memory, so that settings of a hostile file cost nothing.
    private static NameMap RequireShapes(ICheckpoint source, DgmrConfig config)
    {
        using var sizes = Dgmr.Uninitialized(config, META);
        using var scope = NewDisposeScope();
        var state = sizes.state_dict();
        var theirs = state.Keys.ToDictionary(ours => ours, ours => source.Tensors.ContainsKey(Prefix + ours) ? Prefix + ours : ours);
        var wrong = state.Where(pair => !source.Tensors.TryGetValue(theirs[pair.Key], out var found) || !found.Shape.SequenceEqual(pair.Value.shape))
            .Select(pair => pair.Key).ToList();
        if (wrong.Count > 0)
        {
            throw new CheckpointException(source.Path, wrong[0],
                $"the tensor is not there or has another shape than {config.Name} has; so have {wrong.Count - 1} others");
        }

        var used = theirs.Values.ToHashSet();
        var dropped = source.Tensors.Values.Where(tensor => !used.Contains(tensor.Name)
            && (tensor.Elements == 0 || tensor.Name.StartsWith("discriminator.", StringComparison.Ordinal)
                || theirs.ContainsKey(tensor.Name) || (tensor.Name.StartsWith(Prefix, StringComparison.Ordinal) && theirs.ContainsKey(tensor.Name[Prefix.Length..]))));
        return new(theirs.Select(pair => new NameMapping(pair.Value, pair.Key)).Concat(dropped.Select(tensor => new NameMapping(tensor.Name, null))));
    }
}
