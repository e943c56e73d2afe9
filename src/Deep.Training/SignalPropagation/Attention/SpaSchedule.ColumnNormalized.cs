using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

public static partial class SpaSchedule
{
    /// <summary>E-SPA as the public code of SimplEsT-ViT has it, for its checkpoints: not causal, with that code's mistake. Use <see cref="Exponential(int, double, bool, int?)"/>.</summary>
    /// <remarks>
    /// SimplEsT-ViT (richardcepka, dfc1c0a) divides each entry of A by the sum of its column's row, not of its own, before the logarithm; A is not
    /// symmetric, so D · softmax(B) is not A, and the kernel is off by up to 3e-2. It also multiplies and divides in 32 bits, and raises all entries
    /// to the size of the lowest one where that is not positive.
    /// </remarks>
    /// <param name="layers">L, 1 or more.</param>
    /// <param name="finalDecay">γ_L, above 0.</param>
    /// <param name="length">The number of positions.</param>
    /// <returns>L layers, from the input on.</returns>
    /// <exception cref="ConfigurationException">A number is out of its range.</exception>
    public static IReadOnlyList<SpaLayer> ColumnNormalized(int layers, double finalDecay, int length)
    {
        var positions = RequireLength(length);
        var squared = 1 - Math.Exp(-2 * finalDecay);
        RequireLayers(layers);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        List<SpaLayer> made = [];
        var before = eye(positions, dtype: ScalarType.Float32);
        for (var l = 1; l <= layers; l++)
        {
            using var inner = NewDisposeScope();
            var (root, inverse) = SymmetricRoots.OfExponential(-0.5 * Math.Log(1 - Math.Pow(squared, (double)l / layers)), positions);
            var attention = root.to(ScalarType.Float32).mm(before);
            before.Dispose();
            before = inverse.to(ScalarType.Float32).MoveToOuterDisposeScope();
            var smallest = attention.min().item<float>();
            if (smallest <= 0)
            {
                using Scalar floor = Math.Abs(smallest) + 1.1920929e-07f;
                attention = attention.clamp_min(floor);
            }

            var sums = attention.sum(1);
            made.Add(BidirectionalSpa.AsGiven(
                [.. attention.div(sums).log().to(ScalarType.Float64).data<double>()], [.. sums.to(ScalarType.Float64).data<double>()]));
        }

        return made;
    }
}
