using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Tensors;

/// <summary>One step of AdamW (1711.05101) over many tensors: one native call for all, where libtorch's C interface is there.</summary>
/// <remarks>The plain path makes about ten native calls a tensor. Not safe for concurrent steps on the same tensors.</remarks>
public static class FusedAdamW
{
    /// <summary>Updates parameters and moments in place.</summary>
    /// <param name="parameters">The tensors to train; all on one device.</param>
    /// <param name="gradients">Their gradients, same shapes.</param>
    /// <param name="firstMoments">Running means of gradients, same shapes.</param>
    /// <param name="secondMoments">Running means of squared gradients, same shapes.</param>
    /// <param name="step">The number of this step, from 1: it corrects the moments' start at zero.</param>
    /// <param name="learningRate">Step length, 0 or more.</param>
    /// <param name="beta1">Decay of the first moment, [0, 1).</param>
    /// <param name="beta2">Decay of the second moment, [0, 1).</param>
    /// <param name="epsilon">Added to the root of the second moment, above 0.</param>
    /// <param name="weightDecay">Decoupled weight decay, 0 or more.</param>
    /// <exception cref="ConfigurationException">The step is below 1.</exception>
    /// <exception cref="ShapeException">The lists differ in length.</exception>
    public static void Step(
        IReadOnlyList<Tensor> parameters,
        IReadOnlyList<Tensor> gradients,
        IReadOnlyList<Tensor> firstMoments,
        IReadOnlyList<Tensor> secondMoments,
        long step,
        double learningRate,
        double beta1 = 0.9,
        double beta2 = 0.999,
        double epsilon = 1e-8,
        double weightDecay = 0.01)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ArgumentNullException.ThrowIfNull(gradients);
        ArgumentNullException.ThrowIfNull(firstMoments);
        ArgumentNullException.ThrowIfNull(secondMoments);
        if (step < 1)
        {
            // libtorch divides by 1 - beta^step: step 0 makes every weight NaN.
            throw new ConfigurationException($"{nameof(FusedAdamW)}.{nameof(step)}", "1 or more", step);
        }

        if (gradients.Count != parameters.Count || firstMoments.Count != parameters.Count || secondMoments.Count != parameters.Count)
        {
            throw new ShapeException(
                $"AdamW needs a gradient and two moments for each parameter, but got {parameters.Count} parameters, "
                + $"{gradients.Count} gradients, {firstMoments.Count} and {secondMoments.Count} moments.");
        }

        using var frozen = no_grad();
        var update = new Update(
            parameters, gradients, firstMoments, secondMoments, step, learningRate, beta1, beta2, epsilon, weightDecay);
        if (parameters.Count > 0 && Dispatcher.IsAvailable)
        {
            Fused(update);
        }
        else
        {
            Plain(update);
        }
    }

    internal static void Fused(Update update)
    {
        using var count = tensor((float)update.Number, device: update.Parameters[0].device);
        Dispatcher.CallInPlace("aten::_fused_adamw_", "",
        [
            Dispatcher.From(update.Parameters), Dispatcher.From(update.Gradients),
            Dispatcher.From(update.FirstMoments), Dispatcher.From(update.SecondMoments),
            Dispatcher.From(Array.Empty<Tensor>()), Dispatcher.From(Enumerable.Repeat(count, update.Parameters.Count).ToArray()),
            Dispatcher.From(update.LearningRate), Dispatcher.From(update.Beta1), Dispatcher.From(update.Beta2),
            Dispatcher.From(update.WeightDecay), Dispatcher.From(update.Epsilon),
            Dispatcher.From(false), Dispatcher.From(false), Dispatcher.None, Dispatcher.None,
        ]);
    }

    internal static void Plain(Update update)
    {
        using var scope = NewDisposeScope();
        var (correction1, correction2) = (1 - Math.Pow(update.Beta1, update.Number), 1 - Math.Pow(update.Beta2, update.Number));
        using Scalar newShare = 1 - update.Beta2, bias = Math.Sqrt(correction2), rate = -update.LearningRate / correction1;
        for (var i = 0; i < update.Parameters.Count; i++)
        {
            var (parameter, gradient) = (update.Parameters[i], update.Gradients[i]);
            parameter.TimesInPlace(1 - (update.LearningRate * update.WeightDecay));
            var first = update.FirstMoments[i].TimesInPlace(update.Beta1).PlusInPlace(gradient, 1 - update.Beta1);
            var second = update.SecondMoments[i].TimesInPlace(update.Beta2).addcmul_(gradient, gradient, newShare);
            var deviation = second.sqrt().div_(bias).PlusInPlace(update.Epsilon);
            parameter.addcdiv_(first, deviation, rate);
        }
    }

    /// <summary>Everything that one step needs.</summary>
    internal sealed record Update(
        IReadOnlyList<Tensor> Parameters,
        IReadOnlyList<Tensor> Gradients,
        IReadOnlyList<Tensor> FirstMoments,
        IReadOnlyList<Tensor> SecondMoments,
        long Number,
        double LearningRate,
        double Beta1,
        double Beta2,
        double Epsilon,
        double WeightDecay);
}
