using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, T frames in, S lead times, C channels, H x W cells

/// <summary>An update of the discriminators: observed and generated sequences as one batch, hinge loss, Adam.</summary>
internal sealed class DiscriminatorUpdate(Dgmr generator, DgmrDiscriminator discriminator, DgmrRecipe recipe, Optimizer optimizer)
{
    /// <summary>Updates the discriminators.</summary>
    /// <returns>Why nothing was updated; null where it was.</returns>
    public string? Take(MaskedCrops crops, DgmrRandom random, double rate, DgmrStepSums sums)
    {
        var sequences = cat([crops.Sequence, crops.SequenceOf(Generate(crops, random))], 0);
        discriminator.train();
        discriminator.IterateSpectralNorms();
        optimizer.ZeroGradients();
        try
        {
            using var seen = random.ForView(0);
            var (frames, height, width) = (sequences.shape[1], sequences.shape[3], sequences.shape[4]);
            var scores = discriminator.forward(sequences, DiscriminatorView.Draw(discriminator.Config, sequences.shape[0], frames, height, width, seen));
            var (real, generated) = (scores.narrow(0, 0, crops.Count), scores.narrow(0, crops.Count, crops.Count));
            var loss = HingeLoss.OfDiscriminator(real, generated, recipe.Hinge);
            var value = loss.item<float>();
            if (!float.IsFinite(value))
            {
                return FormattableString.Invariant($"the discriminators' loss is {value}");
            }

            loss.backward();
            if (!optimizer.Step(rate, requireFinite: true))
            {
                return "a gradient of the discriminators is not finite";
            }

            sums.AddDiscriminator([("discriminator", value), .. Measures(real.detach(), generated.detach())]);
            return null;
        }
        finally
        {
            optimizer.ZeroGradients();
        }
    }

    private Tensor Generate(MaskedCrops crops, DgmrRandom random)
    {
        using var withoutGradient = no_grad();
        using var generatorOfNoise = random.ForNoise();
        return generator.forward(crops.Context, generator.Noise(crops.Count, crops.Context.shape[3], crops.Context.shape[4], generatorOfNoise));
    }

    // The hinge value of each discriminator is 2 where it tells nothing apart.
    private static IEnumerable<(string, double)> Measures(Tensor real, Tensor generated)
    {
        foreach (var (name, column) in new[] { ("spatial", 0L), ("temporal", 1L) })
        {
            var (ofReal, ofGenerated) = (real.select(1, column), generated.select(1, column));
            var hinge = ofReal.neg().Plus(1).relu().mean().Plus(ofGenerated.Plus(1).relu().mean());
            yield return ($"hinge.{name}", hinge.item<float>());
            yield return ($"real.{name}", ofReal.mean().item<float>());
            yield return ($"generated.{name}", ofGenerated.mean().item<float>());
        }
    }
}
