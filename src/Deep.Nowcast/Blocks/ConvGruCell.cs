using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// B batch, X input channels, S state channels, H x W pixels

/// <summary>One step of a convolutional gated recurrent unit (supplement, section A.1).</summary>
/// <remarks>
/// r = sigmoid(conv[x, h]), u = sigmoid(conv[x, h]), c = relu(conv[x, r h]), h' = u h + (1 - u) c. Names: <c>read_gate_conv</c>,
/// <c>update_gate_conv</c>, <c>output_conv</c>, each [S, X + S, 3, 3] with the input's channels first.
/// </remarks>
public sealed class ConvGruCell : Module<Tensor, Tensor, Tensor>
{
    internal ConvGruCell(int inputChannels, int stateChannels, double epsilon, Device? device)
        : base(nameof(ConvGruCell))
    {
        (InputChannels, StateChannels) = (inputChannels, stateChannels);
        ReadGate = new SpectralConv(inputChannels + stateChannels, stateChannels, 3, epsilon, device: device);
        UpdateGate = new SpectralConv(inputChannels + stateChannels, stateChannels, 3, epsilon, device: device);
        Candidate = new SpectralConv(inputChannels + stateChannels, stateChannels, 3, epsilon, device: device);
        register_module("read_gate_conv", ReadGate);
        register_module("update_gate_conv", UpdateGate);
        register_module("output_conv", Candidate);
    }

    /// <summary>X.</summary>
    public int InputChannels { get; }

    /// <summary>S.</summary>
    public int StateChannels { get; }

    /// <summary>How much of the state the candidate sees.</summary>
    public SpectralConv ReadGate { get; }

    /// <summary>How much of the state stays.</summary>
    public SpectralConv UpdateGate { get; }

    /// <summary>What the rest is replaced by.</summary>
    public SpectralConv Candidate { get; }

    /// <summary>One step.</summary>
    /// <param name="x">[B, X, H, W].</param>
    /// <param name="state">[B, S, H, W].</param>
    /// <returns>The next state [B, S, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public override Tensor forward(Tensor x, Tensor state)
    {
        var sizes = Shapes.Require(x, [Shapes.Any, InputChannels, Shapes.Any, Shapes.Any], "[B, X, H, W]");
        Shapes.Require(state, [sizes[0], StateChannels, sizes[2], sizes[3]], "[B, S, H, W]");
        using var scope = NewDisposeScope();
        var split = Split();
        return split.Next(split.OfInput(x), state).MoveToOuterDisposeScope();
    }

    /// <summary>The three weights, each iterated once in training mode, cut into what meets the input and what meets the state.</summary>
    /// <remarks>A convolution of joined channels is the sum of their convolutions. Lives in the caller's dispose scope.</remarks>
    internal GateWeights Split()
    {
        using var scope = NewDisposeScope();
        Tensor[] weights = [ReadGate.Weight(), UpdateGate.Weight(), Candidate.Weight()];
        var ofInput = cat([.. weights.Select(weight => weight.narrow(1, 0, InputChannels))], 0);
        Tensor[] ofState = [.. weights.Select(weight => weight.narrow(1, InputChannels, StateChannels))];
        return new GateWeights(
            ofInput.MoveToOuterDisposeScope(),
            cat([ofState[0], ofState[1]], 0).MoveToOuterDisposeScope(),
            ofState[2].contiguous().MoveToOuterDisposeScope(),
            cat([ReadGate.Bias, UpdateGate.Bias, Candidate.Bias], 0).MoveToOuterDisposeScope(),
            StateChannels);
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }
}
