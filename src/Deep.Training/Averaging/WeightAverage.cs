using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>
/// An exponential moving average of a model's weights, usually better at prediction than the weights themselves.
/// </summary>
/// <remarks>
/// average = decay · average + (1 − decay) · weight, after each step. Parameters and floating-point buffers are
/// averaged, integer buffers copied. The average starts as a copy of the model. Not safe for use by several threads at
/// once. The caller disposes it.
/// </remarks>
public sealed class WeightAverage : IRunState, IDisposable
{
    private readonly AverageDecay _decay;
    private readonly (string Name, Tensor Live, Tensor Average)[] _entries;

    /// <summary>An average that starts at the model's present weights.</summary>
    /// <param name="model">The model, which stays the owner of its weights.</param>
    /// <param name="decay">The rule of forgetting.</param>
    public WeightAverage(Module model, AverageDecay decay)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(decay);
        _decay = decay;
        using var withoutGradient = no_grad();
        _entries =
        [
            .. model.named_parameters().Select(named => (named.name, Live: (Tensor)named.parameter))
                .Concat(model.named_buffers().Select(named => (named.name, Live: named.buffer)))
                .Select(named => (named.name, named.Live, named.Live.clone().DetachFromDisposeScope())),
        ];
    }

    /// <summary>The averaged tensors by their names in the model's state dict; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        _entries.ToDictionary(entry => entry.Name, entry => entry.Average);

    /// <summary>The rule of forgetting over a run, as text.</summary>
    internal string Description => RunConfiguration.Text(_decay.At, 4096);

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, Tensor> Save()
    {
        using var withoutGradient = no_grad();
        return _entries.ToDictionary(entry => entry.Name, entry => entry.Average.clone().DetachFromDisposeScope());
    }

    /// <summary>Takes the model's present weights into the average.</summary>
    /// <param name="step">The number of the step, from 0, for the rule of forgetting.</param>
    public void Update(long step)
    {
        var decay = _decay.At(step);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var (_, live, average) in _entries)
        {
            if (average.is_floating_point())
            {
                average.TimesInPlace(decay).PlusInPlace(live, 1 - decay);
            }
            else
            {
                average.copy_(live);
            }
        }
    }

    /// <summary>
    /// Puts the average into the model until the result is disposed, which brings the model's own weights back to the
    /// bit.
    /// </summary>
    /// <returns>Dispose it to end the exchange; no step may be taken before.</returns>
    public IDisposable Apply() => new Exchange(_entries);

    /// <inheritdoc/>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        SavedTensors.Require("average", state, _entries.Select(entry => (entry.Name, entry.Average.shape)));
        using var withoutGradient = no_grad();
        foreach (var (name, _, average) in _entries)
        {
            average.copy_(state[name]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, average) in _entries)
        {
            average.Dispose();
        }
    }

    private sealed class Exchange : IDisposable
    {
        private readonly (Tensor Live, Tensor Own)[] _kept;
        private bool _ended;

        public Exchange((string Name, Tensor Live, Tensor Average)[] entries)
        {
            using var withoutGradient = no_grad();
            _kept = [.. entries.Select(entry => (entry.Live, entry.Live.clone().DetachFromDisposeScope()))];
            foreach (var (_, live, average) in entries)
            {
                live.copy_(average);
            }
        }

        public void Dispose()
        {
            if (_ended)
            {
                return;
            }

            _ended = true;
            using var withoutGradient = no_grad();
            foreach (var (live, own) in _kept)
            {
                live.copy_(own);
                own.Dispose();
            }
        }
    }
}
