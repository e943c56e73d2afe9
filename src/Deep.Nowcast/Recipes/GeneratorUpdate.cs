using Deep.Tensors;
using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, K members, k of them at once, T frames in, S lead times, C channels, H x W cells

/// <summary>An update of the generator: the scores of its members and the distance of their mean from what was observed, Adam.</summary>
/// <remarks>
/// The discriminators' batch norms use their running statistics here. The loss is linear in the scores, so a mean that is subtracted
/// changes no gradient but through itself; a batch of generated sequences alone would subtract its own mean, and with it the gradient.
/// </remarks>
internal sealed class GeneratorUpdate(Dgmr generator, DgmrDiscriminator discriminator, DgmrRecipe recipe, Optimizer optimizer)
{
    private readonly Tensor[] _judges = [.. discriminator.parameters().Where(parameter => parameter.requires_grad)];

    private bool IsJudged => recipe.DiscriminatorSteps > 0;

    /// <summary>Updates the generator.</summary>
    /// <returns>Why nothing was updated; null where it was.</returns>
    public string? Take(MaskedCrops crops, DgmrRandom random, double rate, DgmrStepSums sums)
    {
        generator.IterateSpectralNorms();
        optimizer.ZeroGradients();
        discriminator.eval();
        SetJudgesLearn(false);
        try
        {
            var loss = AccumulateGradient(crops, random, sums);
            if (!double.IsFinite(loss))
            {
                return FormattableString.Invariant($"the generator's loss is {loss}");
            }

            if (!optimizer.Step(rate, requireFinite: true))
            {
                return "a gradient of the generator is not finite";
            }

            (sums.Items, sums.GradientNorm) = (crops.Count, optimizer.GradientNorm);
            return null;
        }
        finally
        {
            SetJudgesLearn(true);
            discriminator.train();
            optimizer.ZeroGradients();
        }
    }

    /// <summary>Adds the loss's gradient to the generator's parameters, part by part of the members.</summary>
    /// <returns>The loss.</returns>
    internal double AccumulateGradient(MaskedCrops crops, DgmrRandom random, DgmrStepSums sums)
    {
        using var ofNoise = random.ForNoise();
        var noise = Enumerable.Range(0, recipe.Members / recipe.MembersPerPass)
            .Select(_ => generator.Noise(crops.Count * recipe.MembersPerPass, crops.Context.shape[3], crops.Context.shape[4], ofNoise)).ToArray();
        return recipe.MembersPerPass == recipe.Members ? AllAtOnce(crops, noise[0], random, sums) : PartByPart(crops, noise, random, sums);
    }

    private double AllAtOnce(MaskedCrops crops, Tensor noise, DgmrRandom random, DgmrStepSums sums)
    {
        var forecasts = generator.forward(crops.Context, noise);
        var regularizer = recipe.Regularizer.Of(MeanOf(forecasts, crops), crops.Observed);
        var adversarial = Adversarial(crops, forecasts, random, 0);
        var loss = regularizer.Times(recipe.RegularizerWeight);
        loss = adversarial is null ? loss : loss.Plus(adversarial);
        loss.backward();
        (sums.Adversarial, sums.Regularizer) = (adversarial?.item<float>() ?? 0, regularizer.item<float>());
        return loss.item<float>();
    }

    // The regulariser depends on the mean of all members. Where it is known, each part's share of the gradient is too: the
    // regulariser's slope at the mean, over the number of members. The conditioning stack runs once, and back once at the end.
    private double PartByPart(MaskedCrops crops, Tensor[] noise, DgmrRandom random, DgmrStepSums sums)
    {
        var states = generator.Conditioning.forward(crops.Context);
        var leaves = states.Select(state => state.detach().requires_grad_(true)).ToArray();
        var mean = MeanWithoutGradient(crops, noise, leaves).requires_grad_(true);
        var regularizer = recipe.Regularizer.Of(mean, crops.Observed).Times(recipe.RegularizerWeight);
        regularizer.backward();
        var slope = mean.grad!.Times(1.0 / noise.Length);
        var adversarial = 0.0;
        for (var part = 0; part < noise.Length; part++)
        {
            using var scope = NewDisposeScope();
            var forecasts = Sample(leaves, noise[part]);
            var share = MeanOf(forecasts, crops).mul(slope).sum();
            if (Adversarial(crops, forecasts, random, part)?.Times(1.0 / noise.Length) is { } score)
            {
                adversarial += score.item<float>();
                share = share.Plus(score);
            }

            share.backward();
        }

        autograd.backward([.. states], [.. leaves.Select(leaf => leaf.grad!)]);
        sums.Adversarial = adversarial;
        sums.Regularizer = recipe.RegularizerWeight > 0 ? regularizer.item<float>() / recipe.RegularizerWeight : 0;
        return adversarial + regularizer.item<float>();
    }

    // The running statistics of batch norms take up the pass that has gradients, once.
    private Tensor MeanWithoutGradient(MaskedCrops crops, Tensor[] noise, Tensor[] states)
    {
        using var withoutGradient = no_grad();
        using var kept = new KeptBuffers(generator);
        var mean = zeros_like(crops.Observed);
        foreach (var part in noise)
        {
            using var scope = NewDisposeScope();
            mean.PlusInPlace(MeanOf(Sample(states, part), crops), 1.0 / noise.Length);
        }

        kept.Return();
        return mean;
    }

    private Tensor Sample(Tensor[] states, Tensor noise) => generator.Sampler.forward(
        [.. states.Select(state => MaskedCrops.Repeat(state, recipe.MembersPerPass))], generator.Latent.forward(noise));

    // [B · k, S, C, H, W] to the mean over k.
    private static Tensor MeanOf(Tensor forecasts, MaskedCrops crops) => forecasts.unflatten(0, [crops.Count, -1]).mean([1]);

    private Tensor? Adversarial(MaskedCrops crops, Tensor forecasts, DgmrRandom random, int part)
    {
        if (!IsJudged)
        {
            return null;
        }

        using var seen = random.ForView(part);
        var sequences = crops.SequenceOf(forecasts);
        var view = DiscriminatorView.Draw(
            discriminator.Config, sequences.shape[0], sequences.shape[1], sequences.shape[3], sequences.shape[4], seen);
        return HingeLoss.OfGenerator(discriminator.forward(sequences, view));
    }

    private void SetJudgesLearn(bool learn)
    {
        foreach (var judge in _judges)
        {
            judge.requires_grad = learn;
        }
    }
}
