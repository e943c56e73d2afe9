using System.Text.Json;
using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Reads and writes the public checkpoints of DGMR: openclimatefix's, whole or in parts, mfai's, ours.</summary>
/// <remarks>
/// Which layout a file has is read from its names. A tensor may be there under several names if they say the same. The counters of
/// batch norms may be missing; nothing else may.
/// </remarks>
public static class DgmrCheckpoint
{
    /// <summary>The metadata entry that holds <see cref="DgmrConfig.ToJson"/>.</summary>
    public const string ConfigKey = "deep.nowcast.config";

    private const string Counter = ".num_batches_tracked";
    private static readonly string[] PublishedFiles = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>Opens the weights of a file, or of a folder as Hugging Face's hub has it.</summary>
    /// <param name="path">The file, or a folder with <c>model.safetensors</c> or <c>pytorch_model.bin</c>.</param>
    /// <returns>The open checkpoint. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">There is no such file, or it is damaged.</exception>
    public static ICheckpoint Open(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!Directory.Exists(path))
        {
            return Checkpoint.Open(path);
        }

        var file = PublishedFiles.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists);
        return Checkpoint.Open(file ?? throw new CheckpointException(path, null, "the folder has neither model.safetensors nor pytorch_model.bin"));
    }

    /// <summary>Builds the generator that checkpoints hold.</summary>
    /// <param name="sources">One checkpoint, or those of conditioning stack, latent stack and sampler. They may be disposed afterwards.</param>
    /// <param name="config">What to build; null: what metadata say, else what the tensors and a config.json beside them show.</param>
    /// <param name="device">Where the generator is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr LoadGenerator(IReadOnlyList<ICheckpoint> sources, DgmrConfig? config = null, Device? device = null) =>
        Load(sources, config, DgmrNames.GeneratorParts, Dgmr.Uninitialized, device);

    /// <summary>Builds the discriminators that checkpoints hold.</summary>
    /// <param name="sources">One checkpoint, or those of the spatial and the temporal one. They may be disposed afterwards.</param>
    /// <param name="config">As for the generator.</param>
    /// <param name="device">Where the discriminators are; null: the default device.</param>
    /// <returns>The discriminators in eval mode. The caller disposes them.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static DgmrDiscriminator LoadDiscriminator(IReadOnlyList<ICheckpoint> sources, DgmrConfig? config = null, Device? device = null) =>
        Load(sources, config, DgmrNames.DiscriminatorParts, DgmrDiscriminator.Uninitialized, device);

    /// <summary>Writes a generator, and discriminators where given; the file is there as a whole or not at all.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="path">The file; its extension chooses the format (see <see cref="Checkpoint.Save"/>).</param>
    /// <param name="discriminator">The discriminators, or null.</param>
    /// <param name="naming">The names in the file.</param>
    /// <exception cref="CheckpointException">The extension names no format.</exception>
    public static void Save(Dgmr generator, string path, DgmrDiscriminator? discriminator = null, DgmrNaming naming = DgmrNaming.OpenClimateFix)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentException.ThrowIfNullOrEmpty(path);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [ConfigKey] = generator.Config.ToJson() };
        var keepsAliases = Path.GetExtension(path).ToLowerInvariant() is ".bin" or ".pt" or ".pth";
        foreach (var (ours, tensor) in generator.state_dict().Concat(discriminator?.state_dict() ?? []))
        {
            var (name, alias) = DgmrNames.Theirs(ours, naming);
            tensors.Add(name, tensor);
            if (alias is not null && keepsAliases)
            {
                tensors.Add(alias, tensor);
            }
            else if (alias is not null)
            {
                metadata.Add(alias, name);
            }
        }

        Checkpoint.Save(path, tensors, metadata);
    }

    /// <summary>Writes a folder as openclimatefix's models have on Hugging Face's hub: <c>model.safetensors</c> and <c>config.json</c>.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="folder">The folder; made if it is not there.</param>
    /// <param name="discriminator">The discriminators, or null.</param>
    /// <exception cref="IOException">A file cannot be written.</exception>
    public static void SaveFolder(Dgmr generator, string folder, DgmrDiscriminator? discriminator = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentException.ThrowIfNullOrEmpty(folder);
        Directory.CreateDirectory(folder);
        Save(generator, Path.Combine(folder, "model.safetensors"), discriminator);
        var config = generator.Config;
        AtomicFile.Write(Path.Combine(folder, "config.json"), stream =>
        {
            using var json = new Utf8JsonWriter(stream, new JsonWriterOptions { Indented = true });
            json.WriteStartObject();
            json.WriteNumber("forecast_steps", config.ForecastSteps);
            json.WriteNumber("input_channels", config.InputChannels);
            json.WriteString("conv_type", "standard");
            json.WriteNumber("latent_channels", config.LatentChannels);
            json.WriteNumber("context_channels", config.ContextChannels);
            json.WriteEndObject();
        });
    }

    private static T Load<T>(IReadOnlyList<ICheckpoint> sources, DgmrConfig? config, IReadOnlyList<string> parts,
        Func<DgmrConfig, Device?, T> build, Device? device) where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(sources);
        Require.That(sources.Count is >= 1 and <= 8, nameof(sources), "1 to 8 checkpoints", sources.Count);
        using var source = new RenamedCheckpoint(sources);
        config ??= DgmrVariants.ConfigOf(source, SettingsBeside(sources));
        RequireBounded(config, source, build);
        source.RequireSameAliases(parts);
        var network = build(config, device);
        try
        {
            using var scope = NewDisposeScope();
            var state = network.state_dict().Where(pair => source.Tensors.ContainsKey(pair.Key) || !pair.Key.EndsWith(Counter, StringComparison.Ordinal))
                .ToDictionary();
            MapOf(source, state.Keys, parts).Load(source, state);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // What belongs to the other network is knowingly dropped.
    private static NameMap MapOf(RenamedCheckpoint source, IEnumerable<string> ours, IReadOnlyList<string> parts)
    {
        var others = parts == DgmrNames.GeneratorParts ? DgmrNames.DiscriminatorParts : DgmrNames.GeneratorParts;
        return new NameMap(ours.Select(name => new NameMapping(name, name))
            .Concat(source.Tensors.Keys.Where(name => DgmrNames.IsOf(others, name)).Select(name => new NameMapping(name, null))));
    }

    private static string? SettingsBeside(IReadOnlyList<ICheckpoint> sources)
    {
        var folder = sources.Count == 1 ? Path.GetDirectoryName(Path.GetFullPath(sources[0].Path)) : null;
        var file = folder is null ? null : Path.Combine(folder, "config.json");
        return File.Exists(file) ? file : null;
    }

    // A few bytes of a file can say a network of any size: it is built without memory first.
    private static void RequireBounded<T>(DgmrConfig config, RenamedCheckpoint source, Func<DgmrConfig, Device?, T> build) where T : nn.Module
    {
        config.Validate();
        using var scope = NewDisposeScope();
        using var shapes = build(config, META);
        var needed = shapes.state_dict().Values.Sum(tensor => (decimal)tensor.numel());
        var stored = source.Tensors.Values.Sum(info => info.Shape.Aggregate(1m, (product, size) => product * size));
        if (needed > (2 * stored) + 1_000_000)
        {
            throw new CheckpointException(source.Path, null, $"holds {stored:F0} numbers, too few for a network of {needed:F0}");
        }
    }
}
