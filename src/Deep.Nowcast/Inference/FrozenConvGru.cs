using Deep.Nn;
using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

// T steps, M members, X input channels, S state channels, H x W pixels

/// <summary>A recurrent unit whose gates are split: what the input gives comes for all steps at once, what the state gives step by step.</summary>
internal sealed class FrozenConvGru : IDisposable
{
    private readonly FrozenConvolution inputGates;
    private readonly FrozenConvolution inputCandidate;
    private readonly FrozenConvolution stateGates;
    private readonly FrozenConvolution stateCandidate;
    private readonly ScalarType type;

    public FrozenConvGru(ConvGruCell cell, Precision precision)
    {
        using var scope = NewDisposeScope();
        var (inputs, states) = (cell.InputChannels, cell.StateChannels);
        (StateChannels, type) = (states, precision.ToScalarType());
        var gates = cat([Fold.Weight(cell.ReadGate), Fold.Weight(cell.UpdateGate)], 0);
        var candidate = Fold.Weight(cell.Candidate);
        inputGates = Fold.Packed(gates.narrow(1, 0, inputs), cat([cell.ReadGate.Bias.detach(), cell.UpdateGate.Bias.detach()], 0), precision);
        inputCandidate = Fold.Packed(candidate.narrow(1, 0, inputs), cell.Candidate.Bias.detach(), precision);
        stateGates = Fold.Packed(gates.narrow(1, inputs, states), null, precision);
        stateCandidate = Fold.Packed(candidate.narrow(1, inputs, states), null, precision);
    }

    /// <summary>S.</summary>
    public int StateChannels { get; }

    /// <summary>What inputs give to the gates and to the candidate.</summary>
    /// <param name="x">[N, X, H, W], channels-last, in the unit's precision.</param>
    /// <returns>[N, 2 S, H, W] (read, update) and [N, S, H, W]. The caller disposes both.</returns>
    public (Tensor Gates, Tensor Candidate) OfInput(Tensor x) => (inputGates.Forward(x), inputCandidate.Forward(x));

    /// <summary>Steps of the recurrence.</summary>
    /// <param name="gates">[T M, 2 S, H, W] from <see cref="OfInput"/>, or, where it is constant, [M, 2 S, H, W]. Else changed.</param>
    /// <param name="candidate">[T M, S, H, W] or [M, S, H, W], likewise.</param>
    /// <param name="isConstant">Whether all steps have the same input.</param>
    /// <param name="state">[M, S, H, W], 32-bit floats, of no dispose scope; replaced by the last state.</param>
    /// <param name="steps">T.</param>
    /// <param name="cancellation">Asked before each step.</param>
    /// <returns>The state after each step, [T M, S, H, W], in the unit's precision. The caller disposes it.</returns>
    public Tensor Unroll(Tensor gates, Tensor candidate, bool isConstant, ref Tensor state, int steps, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        var members = state.shape[0];
        var collected = new List<Tensor>();
        var current = state;
        var narrow = current.to_type(type);
        for (var step = 0; step < steps; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var stepScope = NewDisposeScope();
            var ofGates = isConstant ? gates.clone() : gates.narrow(0, step * members, members);
            var ofCandidate = isConstant ? candidate.clone() : candidate.narrow(0, step * members, members);
            stateGates.AddTo(ofGates, narrow);
            var both = ofGates.sigmoid();
            stateCandidate.AddTo(ofCandidate, both.narrow(1, 0, StateChannels).mul(narrow));
            var fresh = ofCandidate.relu_().to_type(ScalarType.Float32);
            var next = fresh.Plus(both.narrow(1, StateChannels, StateChannels).mul(current.sub(fresh)));
            var nextNarrow = next.to_type(type);
            (current, narrow) = (next.MoveToOuterDisposeScope(), nextNarrow.MoveToOuterDisposeScope());
            collected.Add(narrow);
        }

        var all = collected.Count == 1 ? collected[0].clone() : cat(collected, 0);
        state.Dispose();
        state = current.DetachFromDisposeScope();
        return all.MoveToOuterDisposeScope();
    }

    public void Dispose()
    {
        inputGates.Dispose();
        inputCandidate.Dispose();
        stateGates.Dispose();
        stateCandidate.Dispose();
    }
}
