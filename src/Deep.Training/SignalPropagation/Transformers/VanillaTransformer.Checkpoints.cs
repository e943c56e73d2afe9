using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

public sealed partial class VanillaTransformer
{
    /// <summary>The metadata entry that holds <see cref="VanillaTransformerConfig.ToJson"/>.</summary>
    public const string ConfigKey = "deep.vanilla-transformer.config";

    /// <summary>Writes the weights with the configuration; the file is there as a whole or not at all.</summary>
    /// <param name="path">The file; .safetensors, or .pth.</param>
    /// <param name="metadata">What else to store beside the weights, such as a vocabulary; null: nothing.</param>
    /// <param name="type">The dtype in the file; null: that of the weights. Half precision makes a file of half the size.</param>
    /// <exception cref="CheckpointException">The extension names no format.</exception>
    /// <exception cref="IOException">The file cannot be written; nothing has changed.</exception>
    public void Save(string path, IReadOnlyDictionary<string, string>? metadata = null, ScalarType? type = null)
    {
        using var scope = NewDisposeScope();
        using var frozen = no_grad();
        var tensors = state_dict().ToDictionary(pair => pair.Key, pair => type is null ? pair.Value : pair.Value.to(type.Value));
        var entries = new Dictionary<string, string>(metadata ?? new Dictionary<string, string>()) { ["format"] = "pt", [ConfigKey] = Config.ToJson() };
        Checkpoint.Save(path, tensors, entries);
    }

    /// <summary>Loads what <see cref="Save"/> wrote.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model is; null: the default device.</param>
    /// <returns>The model in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">The file is damaged, has no configuration, or its tensors do not fit.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no model.</exception>
    public static VanillaTransformer Load(string path, Device? device = null)
    {
        using var source = Checkpoint.Open(path);
        return Load(source, device);
    }

    /// <summary>Loads a model from an open checkpoint.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="device">Where the model is; null: the default device.</param>
    /// <returns>The model in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">It has no configuration, or its tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no model.</exception>
    public static VanillaTransformer Load(ICheckpoint source, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (!source.Metadata.TryGetValue(ConfigKey, out var json))
        {
            throw new CheckpointException(source.Path, ConfigKey, "the file says nothing about the model's configuration");
        }

        return Load(source, VanillaTransformerConfig.FromJson(json), null, device);
    }

    /// <summary>Loads a model from a checkpoint of any naming.</summary>
    /// <param name="source">The checkpoint; it may be disposed afterwards.</param>
    /// <param name="config">What to build.</param>
    /// <param name="names">The checkpoint's names and ours; null: the same.</param>
    /// <param name="device">Where the model is; null: the default device.</param>
    /// <returns>The model in eval mode. The caller disposes it.</returns>
    /// <exception cref="CheckpointException">Its tensors do not fit: all differences in one message.</exception>
    /// <exception cref="ConfigurationException">The configuration makes no model.</exception>
    public static VanillaTransformer Load(ICheckpoint source, VanillaTransformerConfig config, NameMap? names, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(source);
        var model = new VanillaTransformer(config, device);
        try
        {
            using var frozen = no_grad();
            using var scope = NewDisposeScope();
            var state = model.state_dict();
            (names ?? NameMap.Identity(state.Keys)).Load(source, state);
            model.eval();
            return model;
        }
        catch
        {
            model.Dispose();
            throw;
        }
    }
}
