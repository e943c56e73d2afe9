using System.Runtime.InteropServices;
using System.Text;
using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Reads and writes public checkpoints of DGMR: openclimatefix's, whole or in parts, Météo-France's, and ours.</summary>
/// <remarks>
/// The generator's shared tensors are accepted under any of their names. What no tensor tells, over which axes the latent stack attends, is
/// recognised by the convolutions that only the released code keeps; a configuration in the metadata or as an argument goes before that.
/// </remarks>
public static class DgmrCheckpoint
{
    /// <summary>The metadata entry that holds <see cref="DgmrConfig.ToJson"/>.</summary>
    public const string ConfigKey = "deep.nowcast.config";

    private const string Counter = "num_batches_tracked";
    private static readonly string[] Weights = ["model.safetensors", "pytorch_model.bin"];

    /// <summary>Opens files: one whole checkpoint, or the parts that were published apart.</summary>
    /// <param name="paths">
    /// Files, or folders with <c>model.safetensors</c> or <c>pytorch_model.bin</c>. The conditioning stack's, the latent stack's, the sampler's
    /// and the discriminators' files are told apart by their names of tensors.
    /// </param>
    /// <param name="load">What to do with the checkpoint, which is closed afterwards.</param>
    /// <typeparam name="T">What <paramref name="load"/> gives.</typeparam>
    /// <returns>What <paramref name="load"/> gave.</returns>
    /// <exception cref="CheckpointException">A file is not there, damaged, or of two parts the same.</exception>
    public static T Open<T>(IReadOnlyList<string> paths, Func<ICheckpoint, T> load)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(load);
        Require.That(paths.Count > 0, nameof(paths), "one file or more", paths.Count);
        var files = new List<ICheckpoint>();
        try
        {
            foreach (var path in paths)
            {
                files.Add(Checkpoint.Open(FileOf(path)));
            }

            return load(new JoinedCheckpoint(files));
        }
        finally
        {
            files.ForEach(file => file.Dispose());
        }
    }

    /// <summary>Builds the generator that a checkpoint holds.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="config">What to build; null: what the checkpoint says or its tensors are those of.</param>
    /// <param name="device">Where it is; null: the default device.</param>
    /// <returns>The generator in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static Dgmr LoadGenerator(ICheckpoint source, DgmrConfig? config = null, Device? device = null) =>
        Build(source, config, stored => Dgmr.Uninitialized(stored, META), stored => Dgmr.Uninitialized(stored, device), LoadInto);

    /// <summary>Builds the discriminators that a checkpoint holds.</summary>
    /// <param name="source">The checkpoint.</param>
    /// <param name="config">What to build; null: what the checkpoint says or its tensors are those of.</param>
    /// <param name="device">Where they are; null: the default device.</param>
    /// <returns>The discriminators in eval mode. The caller disposes them.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static DgmrDiscriminator LoadDiscriminator(ICheckpoint source, DgmrConfig? config = null, Device? device = null) =>
        Build(source, config, stored => DgmrDiscriminator.Uninitialized(stored, META), stored => DgmrDiscriminator.Uninitialized(stored, device), LoadInto);

    /// <summary>Fills a generator that exists; a checkpoint's discriminators are left out.</summary>
    /// <param name="generator">The generator; unchanged when an exception is thrown.</param>
    /// <param name="source">The checkpoint.</param>
    /// <returns>What became of each name.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    public static LoadReport LoadInto(Dgmr generator, ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(generator);
        return Fill(StateOf(generator, ""), source, name => name.StartsWith(DgmrNames.Discriminator, StringComparison.Ordinal));
    }

    /// <summary>Fills discriminators that exist; a checkpoint's generator is left out.</summary>
    /// <param name="discriminator">The discriminators; unchanged when an exception is thrown.</param>
    /// <param name="source">The checkpoint.</param>
    /// <returns>What became of each name.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    public static LoadReport LoadInto(DgmrDiscriminator discriminator, ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(discriminator);
        return Fill(StateOf(discriminator, DgmrNames.Discriminator), source, name => !name.StartsWith(DgmrNames.Discriminator, StringComparison.Ordinal));
    }

    /// <summary>Writes a checkpoint; the file is there as a whole or not at all.</summary>
    /// <param name="path">The file; its extension chooses the format: .safetensors, .bin or .pth.</param>
    /// <param name="generator">The generator.</param>
    /// <param name="discriminator">The discriminators; null: the file has none.</param>
    /// <param name="naming">The names in the file.</param>
    /// <exception cref="CheckpointException">The extension names no format that has a place for the configuration.</exception>
    public static void Save(string path, Dgmr generator, DgmrDiscriminator? discriminator = null, DgmrNaming naming = DgmrNaming.Deep)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        ArgumentNullException.ThrowIfNull(generator);
        var state = StateOf(generator, "").Concat(discriminator is null ? [] : StateOf(discriminator, DgmrNames.Discriminator));

        // safetensors' library keeps the first name of a tensor that has several, and names the others in the metadata.
        var keepsOne = Path.GetExtension(path).Equals(".safetensors", StringComparison.OrdinalIgnoreCase);
        var tensors = new Dictionary<string, Tensor>(StringComparer.Ordinal);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [ConfigKey] = generator.Config.ToJson() };
        foreach (var (ours, tensor) in state)
        {
            var names = DgmrNames.Theirs(ours, naming);
            tensors.Add(names[0], tensor);
            foreach (var alias in names.Skip(1))
            {
                if (keepsOne)
                {
                    metadata.Add(alias, names[0]);
                }
                else
                {
                    tensors.Add(alias, tensor);
                }
            }
        }

        Checkpoint.Save(path, tensors, metadata);
    }

    /// <summary>Writes a folder as openclimatefix's library reads it: config.json and model.safetensors.</summary>
    /// <param name="folder">The folder; made where it is not there.</param>
    /// <param name="generator">The generator, of the released semantics.</param>
    /// <param name="discriminator">The discriminators, which their library expects.</param>
    /// <param name="side">The side of the frames that the network was trained on. Default 256.</param>
    /// <exception cref="ConfigurationException">Their library has no place for what differs from the released code.</exception>
    public static void SaveOpenClimateFix(string folder, Dgmr generator, DgmrDiscriminator discriminator, int side = 256)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        var config = generator.Config;
        var sizes = DgmrConfig.OpenClimateFix with { Name = config.Name, ForecastSteps = config.ForecastSteps, ContextChannels = config.ContextChannels, LatentChannels = config.LatentChannels };
        Require.That(config == sizes && discriminator.Config == sizes, nameof(generator), "openclimatefix's configuration but for its sizes", config.Name);
        Require.That(side > 0 && side % DgmrConfig.LatentStride == 0, nameof(side), $"a multiple of {DgmrConfig.LatentStride}", side);
        Directory.CreateDirectory(folder);
        Save(Path.Combine(folder, "model.safetensors"), generator, discriminator, DgmrNaming.OpenClimateFix);
        var text = Encoding.UTF8.GetBytes(OpenClimateFixSettings.Write(config, side));
        AtomicFile.Write(Path.Combine(folder, "config.json"), stream => stream.Write(text));
    }

    private static string FileOf(string path) => !Directory.Exists(path) ? path
        : Weights.Select(name => Path.Combine(path, name)).FirstOrDefault(File.Exists)
        ?? throw new CheckpointException(path, null, "expected model.safetensors or pytorch_model.bin in the folder, found neither");

    private static T Build<T>(ICheckpoint source, DgmrConfig? config, Func<DgmrConfig, T> sketch, Func<DgmrConfig, T> build, Func<T, ICheckpoint, LoadReport> fill)
        where T : nn.Module
    {
        ArgumentNullException.ThrowIfNull(source);
        var stored = config ?? DgmrVariants.Of(source);
        stored.Validate();
        RequireBounded(source, stored, sketch);
        var network = build(stored);
        try
        {
            fill(network, source);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    // A file may say a network that is far larger than itself: that takes no memory here.
    private static void RequireBounded<T>(ICheckpoint source, DgmrConfig config, Func<DgmrConfig, T> sketch)
        where T : nn.Module
    {
        try
        {
            using var scope = NewDisposeScope();
            using var network = sketch(config);
            var needed = network.state_dict().Values.Sum(tensor => (decimal)tensor.numel());
            var there = source.Tensors.Values.Sum(info => info.Shape.Aggregate(1m, (product, size) => product * size));
            if (needed > (2 * there) + 1_000_000)
            {
                throw new CheckpointException(source.Path, null, $"says a network of {needed} weights, but has {there}");
            }
        }
        catch (Exception error) when (error is ExternalException or OverflowException)
        {
            throw new CheckpointException(source.Path, null, "says a network whose sizes overflow", error);
        }
    }

    private static Dictionary<string, Tensor> StateOf(nn.Module network, string prefix) =>
        network.state_dict().ToDictionary(entry => prefix + entry.Key, entry => entry.Value, StringComparer.Ordinal);

    private static LoadReport Fill(Dictionary<string, Tensor> state, ICheckpoint source, Func<string, bool> others)
    {
        ArgumentNullException.ThrowIfNull(source);
        using var frozen = no_grad();
        var map = DgmrNames.Map(state.Keys, source.Tensors.Keys, others);

        // Counters of batches are no weights: a file may be without them.
        var filled = map.Mappings.Select(line => line.Ours).ToHashSet();
        return map.Load(source, state.Where(entry => filled.Contains(entry.Key) || !entry.Key.EndsWith(Counter, StringComparison.Ordinal)).ToDictionary());
    }
}
