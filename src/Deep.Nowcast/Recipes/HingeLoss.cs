using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B sequences; scores [B, 2], spatial and temporal

/// <summary>The adversarial losses of DGMR (2104.00954, methods): hinge for the discriminators, their scores for the generator.</summary>
public static class HingeLoss
{
    /// <summary>What the discriminators minimise: ReLU(1 − real) + ReLU(1 + generated).</summary>
    /// <param name="real">[B, 2] scores of observed sequences.</param>
    /// <param name="generated">[B', 2] scores of generated ones.</param>
    /// <param name="form">How the two discriminators are put together.</param>
    /// <returns>A scalar with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Scores are not [B, 2] or [B, 2, 1].</exception>
    public static Tensor OfDiscriminator(Tensor real, Tensor generated, HingeForm form = HingeForm.OneMean)
    {
        using var scope = NewDisposeScope();
        var loss = Mean(Scores(real).neg().Plus(1).relu(), form).Plus(Mean(Scores(generated).Plus(1).relu(), form));
        return loss.MoveToOuterDisposeScope();
    }

    /// <summary>What the generator minimises beside its regulariser: minus the mean score.</summary>
    /// <param name="generated">[B, 2] scores of generated sequences, of all members.</param>
    /// <returns>A scalar with gradient. The caller disposes it.</returns>
    /// <exception cref="ShapeException">Scores are not [B, 2] or [B, 2, 1].</exception>
    public static Tensor OfGenerator(Tensor generated)
    {
        using var scope = NewDisposeScope();
        return Scores(generated).mean().neg().MoveToOuterDisposeScope();
    }

    private static Tensor Scores(Tensor scores)
    {
        var shape = scores.shape;
        return shape.Length is 2 or 3 && shape[0] > 0 && shape[1] == 2 && (shape.Length == 2 || shape[2] == 1)
            ? scores.reshape(shape[0], 2)
            : throw new ShapeException($"Scores must be [B, 2] (spatial, temporal), but are {Shapes.Format(shape)}.");
    }

    private static Tensor Mean(Tensor hinges, HingeForm form) => form == HingeForm.OneMean ? hinges.mean() : hinges.mean().Times(2);
}
