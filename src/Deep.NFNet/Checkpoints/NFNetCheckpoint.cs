using System.Text.Json;
using Deep.Checkpoints;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.NFNets;

/// <summary>Reads and writes the public checkpoints of NFNets.</summary>
/// <remarks>
/// The name maps are in <see cref="NFNetNames"/>, the recognition of variants in <see cref="NFNetVariants"/>.
/// </remarks>
public static class NFNetCheckpoint
{
    /// <summary>The metadata entry that holds <see cref="NFNetConfig.ToJson"/>.</summary>
    public const string ConfigKey = "deep.nfnet.config";

    /// <summary>The metadata entry that holds the labels of the classes, a JSON list of strings.</summary>
    public const string LabelsKey = "deep.labels";

    /// <summary>Builds the network that a checkpoint holds.</summary>
    /// <param name="source">The open checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">Configuration, device, head and input channels; null: all from the checkpoint.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">No published variant has these tensors, or some are missing, unexpected or
    /// misshapen.</exception>
    /// <exception cref="ConfigurationException">The configuration given or stored makes no network.</exception>
    public static NFNet Load(ICheckpoint source, NFNetLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        var stored = options.Config ?? NFNetVariants.ConfigOf(source);
        stored = options.Change?.Invoke(stored) ?? stored;
        var config = stored with
        {
            Classes = options.NewClasses ?? stored.Classes,
            InputChannels = options.InputChannels ?? stored.InputChannels,
        };
        var network = NFNet.Uninitialized(config, options.Device);
        try
        {
            Fill(network, source, stored, newHead: options.NewClasses is not null);
            network.eval();
            return network;
        }
        catch
        {
            network.Dispose();
            throw;
        }
    }

    /// <summary>Fills a network that exists from a checkpoint of the same configuration, of any naming.</summary>
    /// <param name="network">The network; unchanged when an exception is thrown.</param>
    /// <param name="source">The open checkpoint.</param>
    /// <param name="strict">False only reports missing and unexpected tensors; wrong shapes are errors always.</param>
    /// <returns>What became of each name.</returns>
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one
    /// message.</exception>
    public static LoadReport LoadInto(NFNet network, ICheckpoint source, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(source);
        return NFNetNames.Map(network.Config, NFNetNames.NamingOf(source.Tensors.Keys)).Load(source,
            network.state_dict(), strict);
    }

    /// <summary>Writes a network; the file is there as a whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file; its extension chooses the format (see <see cref="Checkpoint.Save"/>).</param>
    /// <param name="naming">The names and layouts in the file.</param>
    /// <param name="labels">The classes' labels, in order; stored with the configuration where the format has a place
    /// for metadata.</param>
    /// <exception cref="ConfigurationException">There are not as many labels as classes.</exception>
    /// <exception cref="CheckpointException">The format is unknown.</exception>
    public static void Save(NFNet network, string path, NFNetNaming naming = NFNetNaming.Timm,
        IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var scope = NewDisposeScope();
        var tensors = NFNetNames.Map(network.Config, naming).Export(network.state_dict());
        var hasMetadata = Path.GetExtension(path).ToLowerInvariant() is not (".npz" or ".pkl" or ".pickle");
        Checkpoint.Save(path, tensors, hasMetadata ? Metadata(network.Config, labels) : null);
    }

    /// <summary>What is stored beside the weights: the configuration and, where given, the labels.</summary>
    /// <param name="config">The network's configuration.</param>
    /// <param name="labels">The classes' labels, in order, or null.</param>
    /// <exception cref="ConfigurationException">There are not as many labels as classes.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(NFNetConfig config, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [ConfigKey] = config.ToJson() };
        if (labels is not null)
        {
            metadata[LabelsKey] = labels.Count == config.Classes
                ? JsonSerializer.Serialize([.. labels], NFNetConfigJson.Default.StringArray)
                : throw new ConfigurationException(nameof(labels), $"a list of {config.Classes} labels", labels.Count);
        }

        return metadata;
    }

    /// <summary>The labels in a checkpoint's metadata, or null where there are none.</summary>
    /// <param name="source">The open checkpoint.</param>
    /// <exception cref="CheckpointException">The entry is there but is not a list of strings.</exception>
    public static IReadOnlyList<string>? LabelsOf(ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Metadata.TryGetValue(LabelsKey, out var json))
        {
            return null;
        }

        try
        {
            return JsonSerializer.Deserialize(json, NFNetConfigJson.Default.StringArray);
        }
        catch (JsonException error)
        {
            throw new CheckpointException(source.Path, LabelsKey, "the labels are not a JSON list of strings", error);
        }
    }

    private static void Fill(NFNet network, ICheckpoint source, NFNetConfig stored, bool newHead)
    {
        var newInput = network.Config.InputChannels != stored.InputChannels;
        var input = network.Stem.Convs[0].Weight;
        var inputName = stored.Stem.Count == 1 ? "stem.conv.weight" : "stem.conv1.weight";
        var state = network.state_dict();
        var lines = NFNetNames.Map(stored, NFNetNames.NamingOf(source.Tensors.Keys)).Mappings;
        bool IsNewHead(string? ours) => newHead && ours?.StartsWith("head.", StringComparison.Ordinal) == true;
        bool IsNewInput(string? ours) => newInput && ours == inputName;

        // What is made anew is dropped from the map, so that loading stays strict about all the rest.
        var map = new NameMap(lines.Select(line =>
            IsNewHead(line.Ours) || IsNewInput(line.Ours) ? line with { Ours = null } : line));
        map.Load(source, state.Where(pair => !IsNewHead(pair.Key) && !IsNewInput(pair.Key)).ToDictionary());
        if (newHead)
        {
            NFNetInitializer.InitializeHead(network);
        }

        if (newInput)
        {
            using var scope = NewDisposeScope();
            using var frozen = no_grad();
            var theirs = empty([.. input.shape[..1], stored.InputChannels, .. input.shape[2..]]);
            new NameMap([lines.Single(line => line.Ours == inputName),
                .. lines.Where(line => line.Ours != inputName).Select(line => line with { Ours = null })])
                .Load(source, new Dictionary<string, Tensor> { [inputName] = theirs });
            input.copy_(AdaptInput(theirs, network.Config.InputChannels));
        }
    }

    // A picture whose channels repeat the original's gives the same response, as in timm.
    private static Tensor AdaptInput(Tensor weight, int channels)
    {
        var (old, repeats) = ((int)weight.shape[1], (channels + (int)weight.shape[1] - 1) / (int)weight.shape[1]);
        return channels == 1 ? weight.sum(1, keepdim: true) : weight.repeat(1, repeats, 1, 1).narrow(1, 0,
            channels).Times((double)old / channels);
    }
}
