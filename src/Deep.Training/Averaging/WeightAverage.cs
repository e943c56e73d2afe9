using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>
/// An exponential moving average of a model's weights, usually better at prediction than the weights themselves.
/// </summary>
/// <remarks>
/// average = decay · average + (1 − decay) · weight, after each step. Parameters and floating-point buffers are
/// averaged, integer buffers copied. The average starts as a copy of the model. Of a model in bf16 or f16 it should be
/// given the optimiser: it then averages the f32 masters in f32, where (1 − decay) · weight is not lost in rounding. Not
/// safe for use by several threads at once. The caller disposes it, and the optimiser not before.
/// </remarks>
public sealed class WeightAverage : IRunState, IDisposable
{
    private readonly AverageDecay _decay;
    private readonly Entry[] _entries;

    /// <summary>An average that starts at the model's present weights.</summary>
    /// <param name="model">The model, which stays the owner of its weights.</param>
    /// <param name="decay">The rule of forgetting.</param>
    /// <param name="optimizer">Where the f32 masters of the model's bf16 and f16 parameters are, or null.</param>
    /// <param name="copiesBuffers">Whether floating-point buffers are copied and not averaged.</param>
    public WeightAverage(Module model, AverageDecay decay, Optimizer? optimizer = null, bool copiesBuffers = false)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(decay);
        _decay = decay;
        var masters = optimizer?.Masters().ToDictionary(pair => pair.Parameter.Handle, pair => pair.Master) ?? [];
        using var withoutGradient = no_grad();
        _entries =
        [
            .. model.named_parameters().Select(named => Averaged(
                named.name, named.parameter, masters.GetValueOrDefault(named.parameter.Handle, named.parameter))),
            .. model.named_buffers().Select(named => Averaged(
                named.name, named.buffer, named.buffer, isCopied: copiesBuffers)),
        ];
    }

    /// <summary>The averaged tensors by their names in the model's state dict; they belong to this object.</summary>
    public IReadOnlyDictionary<string, Tensor> State =>
        _entries.ToDictionary(entry => entry.Name, entry => entry.Average);

    /// <summary>The rule of forgetting over a run, as text.</summary>
    public string Description => RunConfiguration.Text(_decay.At, 4096);

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
        foreach (var entry in _entries)
        {
            if (entry.IsCopied)
            {
                entry.Average.copy_(entry.Source);
            }
            else
            {
                entry.Average.TimesInPlace(decay).PlusInPlace(entry.Source, 1 - decay);
            }
        }
    }

    /// <summary>
    /// Puts the average into the model until the result is disposed, which brings the model's own weights back to the
    /// bit.
    /// </summary>
    /// <remarks>A model in bf16 or f16 shows the average rounded to its type.</remarks>
    /// <returns>Dispose it to end the exchange; no step may be taken before.</returns>
    public IDisposable Apply() => new Exchange(_entries);

    /// <inheritdoc/>
    public void Load(IReadOnlyDictionary<string, Tensor> state)
    {
        SavedTensors.Require("average", state, _entries.Select(entry => (entry.Name, entry.Average.shape)));
        using var withoutGradient = no_grad();
        foreach (var entry in _entries)
        {
            entry.Average.copy_(state[entry.Name]);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var entry in _entries)
        {
            entry.Average.Dispose();
        }
    }

    private static Entry Averaged(string name, Tensor live, Tensor source, bool isCopied = false) =>
        new(name, live, source, source.clone().DetachFromDisposeScope(), isCopied || !source.is_floating_point());

    /// <param name="Name">The name in the model's state dict.</param>
    /// <param name="Live">The model's own tensor.</param>
    /// <param name="Source">What is averaged: the model's tensor or its master.</param>
    /// <param name="Average">The average, in the type of its source.</param>
    /// <param name="IsCopied">Whether the average only follows its source.</param>
    private sealed record Entry(string Name, Tensor Live, Tensor Source, Tensor Average, bool IsCopied);

    private sealed class Exchange : IDisposable
    {
        private readonly (Tensor Live, Tensor Own)[] _kept;
        private bool _ended;

        public Exchange(Entry[] entries)
        {
            using var withoutGradient = no_grad();
            _kept = [.. entries.Select(entry => (entry.Live, entry.Live.clone().DetachFromDisposeScope()))];
            foreach (var entry in entries)
            {
                entry.Live.copy_(entry.Average);
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
