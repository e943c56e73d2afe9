using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>The weights of a recurrent unit by what they meet, read and update gates beside each other.</summary>
/// <param name="Input">[3 S, X, 3, 3]: read, update, candidate.</param>
/// <param name="Gates">[2 S, S, 3, 3]: read, update.</param>
/// <param name="Candidate">[S, S, 3, 3].</param>
/// <param name="Bias">[3 S].</param>
/// <param name="States">S.</param>
internal sealed record GateWeights(Tensor Input, Tensor Gates, Tensor Candidate, Tensor Bias, int States)
{
    /// <summary>What the input gives to gates and candidate, for any number of steps at once.</summary>
    /// <param name="x">[N, X, H, W].</param>
    /// <returns>[N, 3 S, H, W].</returns>
    public Tensor OfInput(Tensor x) => Convolution.Apply(x, Input, Bias);

    /// <summary>The next state.</summary>
    /// <param name="input">[B, 3 S, H, W], from <see cref="OfInput"/>.</param>
    /// <param name="state">[B, S, H, W].</param>
    /// <returns>[B, S, H, W].</returns>
    public Tensor Next(Tensor input, Tensor state)
    {
        using var scope = NewDisposeScope();
        var gates = Convolution.Apply(state, Gates, null).Plus(input.narrow(1, 0, 2 * States)).sigmoid();
        var (read, update) = (gates.narrow(1, 0, States), gates.narrow(1, States, States));
        var candidate = Convolution.Apply(read.mul(state), Candidate, null).Plus(input.narrow(1, 2 * States, States)).relu();
        return candidate.Plus(update.mul(state.sub(candidate))).MoveToOuterDisposeScope();
    }
}
