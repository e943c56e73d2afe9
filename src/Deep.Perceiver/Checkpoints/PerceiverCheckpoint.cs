using System.Text.Json;
using Deep.Checkpoints;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>Reads and writes the public checkpoints of Perceivers.</summary>
/// <remarks>
/// The name maps are in <see cref="PerceiverNames"/>, the recognition of configurations in
/// <see cref="PerceiverVariants"/>.
/// </remarks>
public static class PerceiverCheckpoint
{
    /// <summary>The metadata entry that holds <see cref="PerceiverConfig.ToJson"/>.</summary>
    public const string ConfigKey = "deep.perceiver.config";

    /// <summary>The metadata entry that holds the labels of the classes, a JSON list of strings.</summary>
    public const string LabelsKey = "deep.labels";

    private const int LongestLabels = 1 << 24;

    /// <summary>Builds the network that a checkpoint holds.</summary>
    /// <param name="source">The open checkpoint; it may be disposed afterwards.</param>
    /// <param name="options">Configuration, device and what tensors cannot say; null: all from the checkpoint.</param>
    /// <returns>The network in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">No published configuration has these tensors, or some are missing,
    /// unexpected or misshapen: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration given or stored makes no network.</exception>
    public static Perceiver Load(ICheckpoint source, PerceiverLoadOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        options ??= new();
        var stored = options.Apply(options.Config ?? PerceiverVariants.ConfigOf(source));
        stored.Validate();
        if (options.Config is null)
        {
            PerceiverShapes.RequireBounded(stored, source);
        }

        var network = options.NewOutput is { } task
            ? new Perceiver(stored with { Decoder = task.Decoder, Postprocessor = task.Postprocessor }, options.Device)
            : Perceiver.Uninitialized(stored, options.Device);
        try
        {
            Fill(network, stored, source, options.KeepKernels, bodyOnly: options.NewOutput is not null);
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
    /// <exception cref="CheckpointException">Tensors are missing, unexpected or misshapen: all in one message.</exception>
    public static LoadReport LoadInto(Perceiver network, ICheckpoint source, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentNullException.ThrowIfNull(source);
        return Fill(network, network.Config, source, keepKernels: false, bodyOnly: false, strict);
    }

    /// <summary>Writes a network; the file is there as a whole or not at all.</summary>
    /// <param name="network">The network.</param>
    /// <param name="path">The file; its extension chooses the format (see <see cref="Checkpoint.Save"/>).</param>
    /// <param name="naming">The names and layouts in the file.</param>
    /// <param name="labels">The classes' labels, in order; stored with the configuration where the format has a place
    /// for metadata.</param>
    /// <exception cref="ConfigurationException">
    /// There are not as many labels as classes, or the naming has no place for one of the tensors.
    /// </exception>
    /// <exception cref="CheckpointException">The format is unknown.</exception>
    public static void Save(Perceiver network, string path, PerceiverNaming naming = PerceiverNaming.Deep,
        IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(network);
        ArgumentException.ThrowIfNullOrEmpty(path);
        using var scope = NewDisposeScope();
        var tensors = PerceiverNames.Map(network.Config, naming).Export(PerceiverShapes.WeightsOf(network));
        var hasMetadata = Path.GetExtension(path).ToLowerInvariant() is not (".npz" or ".pkl" or ".pickle");
        Checkpoint.Save(path, tensors, hasMetadata ? Metadata(network.Config, labels) : null);
    }

    /// <summary>What is stored beside the weights: the configuration and, where given, the labels.</summary>
    /// <param name="config">The network's configuration.</param>
    /// <param name="labels">The classes' labels, in order, or null.</param>
    /// <exception cref="ConfigurationException">There are not as many labels as classes.</exception>
    public static IReadOnlyDictionary<string, string> Metadata(
        PerceiverConfig config, IReadOnlyList<string>? labels = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        var metadata = new Dictionary<string, string> { ["format"] = "pt", [ConfigKey] = config.ToJson() };
        if (labels is not null)
        {
            metadata[LabelsKey] = labels.Count == PerceiverVariants.ClassesOf(config)
                ? JsonSerializer.Serialize([.. labels], LabelsJson.Default.StringArray)
                : throw new ConfigurationException(
                    nameof(labels), $"a list of {PerceiverVariants.ClassesOf(config)} labels", labels.Count);
        }

        return metadata;
    }

    /// <summary>
    /// The labels in a checkpoint's metadata, else in Hugging Face's config.json beside it, or null where there are none.
    /// </summary>
    /// <param name="source">The open checkpoint.</param>
    /// <exception cref="CheckpointException">The entry is there but is not a list of strings.</exception>
    public static IReadOnlyList<string>? LabelsOf(ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Metadata.TryGetValue(LabelsKey, out var json))
        {
            return PerceiverVariants.SettingsOf(source)?.Labels;
        }

        try
        {
            return json.Length <= LongestLabels
                && JsonSerializer.Deserialize(json, LabelsJson.Default.StringArray) is { } labels && !labels.Contains(null)
                ? labels
                : throw new CheckpointException(source.Path, LabelsKey, "the labels are no list of strings, or too long");
        }
        catch (JsonException error)
        {
            throw new CheckpointException(source.Path, LabelsKey, "the labels are not a JSON list of strings", error);
        }
    }

    private static LoadReport Fill(Perceiver network, PerceiverConfig stored, ICheckpoint source, bool keepKernels,
        bool bodyOnly, bool strict = true)
    {
        using var scope = NewDisposeScope();
        var state = PerceiverShapes.WeightsOf(network);
        string[] theirs = [.. source.Tensors.Keys];
        var naming = PerceiverNames.NamingOf(theirs);
        string[] ours = bodyOnly ? [.. PerceiverShapes.Of(stored).Keys] : [.. state.Keys];
        var map = PerceiverNames.Map(stored, naming, ours, theirs, keepKernels);
        RequireShared(stored, naming, source, map, theirs);
        if (bodyOnly)
        {
            // What is made anew is dropped from the map, so that loading stays strict about all the rest.
            map = new NameMap(map.Mappings.Select(line => IsOutput(line.Ours) ? line with { Ours = null } : line)
                .DistinctBy(line => line.Ours ?? line.Theirs));
            state = state.Where(pair => !IsOutput(pair.Key)).ToDictionary();
        }

        return map.Load(source, state, strict);
    }

    private static bool IsOutput(string? ours) => ours is not null
        && (ours.StartsWith("decoder.", StringComparison.Ordinal) || ours.StartsWith("postprocessor.", StringComparison.Ordinal));

    // A file that says twice what layers share must say the same; else it is of another configuration.
    private static void RequireShared(
        PerceiverConfig config, PerceiverNaming naming, ICheckpoint source, NameMap map, string[] theirs)
    {
        var unequal = map.Mappings.Where(line => line.Ours is null)
            .Select(line => (Copy: line.Theirs, Owner: PerceiverNames.SharedWith(config, naming, theirs, line.Theirs)))
            .Where(pair => pair.Owner is not null && source.Tensors.ContainsKey(pair.Owner) && !SameValues(pair.Copy, pair.Owner))
            .Select(pair => $"{pair.Copy} and {pair.Owner}").ToList();
        if (unequal.Count > 0)
        {
            throw new CheckpointException(source.Path, null,
                $"does not share weights as the configuration says; {unequal.Count} pairs differ: {string.Join(", ", unequal)}");
        }

        bool SameValues(string one, string other)
        {
            using var scope = NewDisposeScope();
            return source.Tensors[one].Shape.SequenceEqual(source.Tensors[other].Shape)
                && source.Read(one).Equals(source.Read(other));
        }
    }
}
