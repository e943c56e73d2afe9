using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>Parameters and buffers of a module, by their names in its state dict, as a part of a run.</summary>
/// <remarks>For an <see cref="ITrainingStep"/> of several modules. The tensors stay the module's.</remarks>
public sealed class ModelState : IRunState
{
    private readonly (string Name, Tensor Live)[] _entries;

    /// <summary>The state of a module.</summary>
    /// <param name="model">The module, whose tensors must not be replaced by others.</param>
    public ModelState(Module model) =>
        _entries =
        [
            .. model.named_parameters().Select(named => (named.name, (Tensor)named.parameter)),
            .. model.named_buffers().Select(named => (named.name, named.buffer)),
        ];

    /// <summary>How many tensors of how many elements of which types.</summary>
    public string Description =>
        FormattableString.Invariant($"{_entries.Length} tensors of {_entries.Sum(e => e.Live.numel())} elements of ")
        + string.Join(", ", _entries.Select(e => e.Live.dtype.ToString()).Distinct().Order(StringComparer.Ordinal));

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        using var withoutGradient = no_grad();
        return _entries.ToDictionary(entry => entry.Name, entry => entry.Live.clone().DetachFromDisposeScope());
    }

    /// <inheritdoc/>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        SavedTensors.Require("model", state, _entries.Select(entry => (entry.Name, entry.Live.shape)));
        using var withoutGradient = no_grad();
        foreach (var (name, live) in _entries)
        {
            live.copy_(state[name]);
        }
    }
}
