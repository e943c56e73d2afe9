using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training;

// The two moves of sharpness-aware minimisation. The flat weights are the copy that the model gets back, the flat
// gradients become the weights that it is given meanwhile, so that a step allocates nothing.
public abstract partial class Optimizer
{
    // The reference's guard against a norm of zero (davda54/sam, sam.py).
    private const double AscentMargin = 1e-12;
    private bool _ascended;

    /// <summary>
    /// Moves the weights to where the loss is worst nearby, judged by their gradients, until <see cref="Return"/>.
    /// </summary>
    /// <remarks>
    /// e = ρ · g / (‖g‖ + 1e-12), or ρ · w² · g / (‖|w| · g‖ + 1e-12), with one norm over the parameters of all groups and
    /// no clipping or decay. Gradients stay as they are: call <see cref="ZeroGradients"/> before the second pass.
    /// Weights of bf16 and f16 move from their f32 masters and are rounded.
    /// </remarks>
    /// <param name="sharpness">The rule and its radius.</param>
    /// <param name="gradientScale">A factor on every gradient before anything else, above 0.</param>
    /// <returns>False where a gradient is not finite; then nothing has changed.</returns>
    /// <exception cref="ConfigurationException">An option or the scale is out of its range.</exception>
    /// <exception cref="TrainingException">The weights have not returned from the last ascent.</exception>
    public bool Ascend(SharpnessAwareMinimization sharpness, double gradientScale = 1)
    {
        ArgumentNullException.ThrowIfNull(sharpness);
        sharpness.Validate();
        RequireScale(gradientScale);
        RequireReturned();

        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        foreach (var group in _groups)
        {
            group.Gather();
            if (sharpness.IsAdaptive)
            {
                group.Gradients.mul_(group.Weights);
            }
        }

        var norm = gradientScale * Norm();
        if (!double.IsFinite(norm))
        {
            return false;
        }

        var factor = sharpness.Rho * gradientScale / (norm + AscentMargin);
        foreach (var group in _groups)
        {
            if (sharpness.IsAdaptive)
            {
                group.Gradients.mul_(group.Weights);
            }

            group.Gradients.TimesInPlace(factor).PlusInPlace(group.Weights);
            group.ScatterGradients();
        }

        _ascended = true;
        return true;
    }

    /// <summary>
    /// Puts the weights back to where they were before <see cref="Ascend"/>, to the bit; does nothing where they are.
    /// </summary>
    public void Return()
    {
        if (!_ascended)
        {
            return;
        }

        using var withoutGradient = no_grad();
        foreach (var group in _groups)
        {
            group.Scatter();
        }

        _ascended = false;
    }

    private void RequireReturned()
    {
        if (_ascended)
        {
            throw new TrainingException("The weights are still where an ascent has put them: call Return first.");
        }
    }
}
