using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

/// <summary>A deterministic network of equal size: DGMR's generator with noise of zero, trained with the weighted error alone.</summary>
/// <remarks>
/// The comparison of the paper's UNet, whose loss this is: it forecasts the middle of what may come, and blurs. For a <see cref="Trainer"/>
/// of one model and one optimiser.
/// </remarks>
public static class DeterministicObjective
{
    /// <summary>The objective.</summary>
    /// <param name="generator">The generator; its spectral norms iterate once a batch.</param>
    /// <param name="regularizer">The weighted error; null: the default weights.</param>
    public static Func<RadarCrops, StepLoss> Of(Dgmr generator, GridCellRegularizer? regularizer = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        var error = regularizer ?? new GridCellRegularizer();
        error.Validate();
        generator.IteratesWhenTraining = true;
        return batch =>
        {
            using var scope = NewDisposeScope();
            var crops = new MaskedCrops(batch, generator.Sampler.Norm.Weight.device);
            var noise = generator.Noise(crops.Count, crops.Context.shape[3], crops.Context.shape[4], scale: 0);
            return new StepLoss(error.Of(generator.forward(crops.Context, noise), crops.Observed).MoveToOuterDisposeScope(), batch.Count);
        };
    }
}
