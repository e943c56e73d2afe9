using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>
/// One step of gradient descent with momentum over many tensors: one native call and one pass over memory, where
/// libtorch's C interface is there.
/// </summary>
/// <remarks>Not safe for concurrent steps on the same tensors.</remarks>
public static class FusedSgd
{
    /// <summary>Updates parameters and velocities in place, and may overwrite the gradients.</summary>
    /// <remarks>
    /// g = gradient + weight decay · parameter; velocity = momentum · velocity + (1 − dampening) · g; the parameter moves
    /// by minus learning rate · (g + momentum · velocity) with Nesterov's rule, or · velocity without.
    /// </remarks>
    /// <param name="parameters">The tensors to train; all on one device.</param>
    /// <param name="gradients">Their gradients, same shapes.</param>
    /// <param name="velocities">Their velocities, same shapes, zeros at first.</param>
    /// <param name="learningRate">Step length, 0 or more.</param>
    /// <param name="momentum">The share of the velocity that is kept, [0, 1).</param>
    /// <param name="dampening">The share of the gradient that does not enter the velocity, 0 to 1.</param>
    /// <param name="nesterov">Whether to look ahead along the velocity.</param>
    /// <param name="weightDecay">The share of the parameter that is added to its gradient, 0 or more.</param>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    public static void Step(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> velocities,
        double learningRate,
        double momentum = 0.9,
        double dampening = 0,
        bool nesterov = true,
        double weightDecay = 0)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(velocities);
        if (gradients.Count != parameters.Count || velocities.Count != parameters.Count)
        {
            throw new ShapeException(
                $"Gradient descent needs a gradient and a velocity for each parameter, but got {parameters.Count} "
                + $"parameters, {gradients.Count} gradients and {velocities.Count} velocities.");
        }

        using var frozen = no_grad();
        var update = new Update(
            parameters, gradients, velocities, learningRate, momentum, dampening, nesterov, weightDecay);

        // libtorch's kernel refuses velocities where there is no momentum; ours then hold the last gradient.
        if (parameters.Count > 0 && momentum > 0 && Dispatcher.IsAvailable)
        {
            Fused(update);
        }
        else
        {
            Plain(update);
        }
    }

    internal static void Fused(Update update) => Dispatcher.CallInPlace("aten::_fused_sgd_", "",
    [
        Dispatcher.From(update.Parameters), Dispatcher.From(update.Gradients), Dispatcher.From(update.Velocities),
        Dispatcher.From(update.WeightDecay), Dispatcher.From(update.Momentum), Dispatcher.From(update.LearningRate),
        Dispatcher.From(update.Dampening), Dispatcher.From(update.Nesterov),
        Dispatcher.From(false), Dispatcher.From(false), Dispatcher.None, Dispatcher.None,
    ]);

    internal static void Plain(Update update)
    {
        for (var i = 0; i < update.Parameters.Count; i++)
        {
            var (parameter, gradient) = (update.Parameters[i], update.Gradients[i]);
            if (update.WeightDecay != 0)
            {
                gradient.PlusInPlace(parameter, update.WeightDecay);
            }

            var velocity = update.Velocities[i].TimesInPlace(update.Momentum).PlusInPlace(gradient, 1 - update.Dampening);
            var direction = update.Nesterov ? gradient.PlusInPlace(velocity, update.Momentum) : velocity;
            parameter.PlusInPlace(direction, -update.LearningRate);
        }
    }

    /// <summary>Everything that one step needs.</summary>
    internal sealed record Update(
        IReadOnlyList<Tensor> Parameters,
        IReadOnlyList<Tensor> Gradients,
        IReadOnlyList<Tensor> Velocities,
        double LearningRate,
        double Momentum,
        double Dampening,
        bool Nesterov,
        double WeightDecay);
}
