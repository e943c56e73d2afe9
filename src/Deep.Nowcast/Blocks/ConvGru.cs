using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Nowcast;

// T steps, B batch, X input channels, S state channels, H x W pixels

/// <summary>A convolutional gated recurrent unit over all steps of a forecast.</summary>
/// <remarks>
/// Its three weights are normalised once for all steps: one power iteration for each forward pass. What the inputs give is
/// computed for all steps at once. Name: <c>cell</c>.
/// </remarks>
public sealed class ConvGru : Module<Tensor, Tensor, Tensor>
{
    internal ConvGru(int inputChannels, int stateChannels, double epsilon, Device? device)
        : base(nameof(ConvGru))
    {
        Cell = new ConvGruCell(inputChannels, stateChannels, epsilon, device);
        register_module("cell", Cell);
    }

    /// <summary>One step.</summary>
    public ConvGruCell Cell { get; }

    /// <summary>All steps, each with an input of its own.</summary>
    /// <param name="x">[T, B, X, H, W].</param>
    /// <param name="state">The state before the first step, [B, S, H, W].</param>
    /// <returns>The state after each step, [T, B, S, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public override Tensor forward(Tensor x, Tensor state)
    {
        var sizes = Shapes.Require(x, [Shapes.Any, Shapes.Any, Cell.InputChannels, Shapes.Any, Shapes.Any], "[T, B, X, H, W]");
        Shapes.Require(state, [sizes[1], Cell.StateChannels, sizes[3], sizes[4]], "[B, S, H, W]");
        using var scope = NewDisposeScope();
        var weights = Cell.Split();
        var inputs = weights.OfInput(x.flatten(0, 1)).unflatten(0, [sizes[0], sizes[1]]);
        return Unroll(weights, step => inputs[step], state, sizes[0]).MoveToOuterDisposeScope();
    }

    /// <summary>All steps with the same input.</summary>
    /// <param name="x">[B, X, H, W].</param>
    /// <param name="state">The state before the first step, [B, S, H, W].</param>
    /// <param name="steps">T.</param>
    /// <returns>The state after each step, [T, B, S, H, W]. The caller disposes it.</returns>
    /// <exception cref="ShapeException">A shape differs.</exception>
    public Tensor Repeat(Tensor x, Tensor state, long steps)
    {
        var sizes = Shapes.Require(x, [Shapes.Any, Cell.InputChannels, Shapes.Any, Shapes.Any], "[B, X, H, W]");
        Shapes.Require(state, [sizes[0], Cell.StateChannels, sizes[2], sizes[3]], "[B, S, H, W]");
        using var scope = NewDisposeScope();
        var weights = Cell.Split();
        var input = weights.OfInput(x);
        return Unroll(weights, _ => input, state, steps).MoveToOuterDisposeScope();
    }

    /// <summary>Nothing: every child has an explicit name.</summary>
    protected override void RegisterComponents()
    {
    }

    private static Tensor Unroll(GateWeights weights, Func<long, Tensor> input, Tensor state, long steps)
    {
        var states = new List<Tensor>();
        for (var step = 0L; step < steps; step++)
        {
            state = weights.Next(input(step), state);
            states.Add(state);
        }

        return stack(states, 0);
    }
}
