using TorchSharp;
using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Perceivers;

/// <summary>A postprocessor for each output. See <see cref="MultimodalOutputConfig"/>. Children: modalities.{name}.</summary>
public sealed class MultimodalPostprocessor : Postprocessor
{
    private readonly SortedDictionary<string, Postprocessor> modalities = new(StringComparer.Ordinal);

    internal MultimodalPostprocessor(MultimodalOutputConfig config, int channels, Preprocessor preprocessor, Device? device)
    {
        var members = new NamedMembers();
        foreach (var (name, output) in config.Modalities.OrderBy(m => m.Key, StringComparer.Ordinal))
        {
            modalities[name] = Of(output, channels, preprocessor, device);
            members.register_module(name, modalities[name]);
        }

        register_module("modalities", members);
    }

    /// <summary>The postprocessors by name.</summary>
    public IReadOnlyDictionary<string, Postprocessor> Modalities => modalities;

    /// <summary>The output of one modality.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="rows">[B, O, K], its decoded rows.</param>
    /// <returns>The output; the rows where the modality has no postprocessor. The caller disposes it.</returns>
    public Tensor Postprocess(string name, Tensor rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        return modalities.TryGetValue(name, out var modality) ? modality.Postprocess(rows) : rows.alias();
    }

    /// <inheritdoc/>
    public override Tensor Postprocess(Tensor rows) =>
        throw new ShapeException($"The network has the outputs {string.Join(", ", modalities.Keys)}: ask for one by its name.");
}
