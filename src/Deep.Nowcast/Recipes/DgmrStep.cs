using Deep.Tensors;
using Deep.Training;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

// B crops, K members, T frames in, S lead times, C channels, H x W cells

/// <summary>A step of DGMR's training: the discriminators' updates, then the generator's (2104.00954, methods).</summary>
/// <remarks>
/// All noise and all views depend on seed, step and place alone. The spectral norms iterate once before each update. A step that is left
/// out changes nothing.
/// </remarks>
internal sealed class DgmrStep(
    DgmrNetworks networks, DgmrRecipe recipe, IBatchSource<RadarCrops> batches, TrainerOptions options) : ITrainingStep
{
    public long StepsPerEpoch => batches.StepsPerEpoch;

    public IReadOnlyDictionary<string, IRunState> State => networks.State;

    public IReadOnlyDictionary<string, string> Configuration => networks.Configuration(recipe);

    public void Begin(long firstStep, long steps) => networks.Train();

    public StepOutcome Take(long number, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var kept = options.SkippableSteps > 0 ? new KeptState(State.Values) : null;
        var sums = new DgmrStepSums();
        string? reason = null;
        for (var round = 0; round < recipe.DiscriminatorSteps && reason is null; round++)
        {
            using var inner = NewDisposeScope();
            var random = new DgmrRandom(options.Seed, number, round);
            reason = networks.Discriminator.Update(Read(number, round), random, learningRate, sums);
        }

        if (reason is null)
        {
            using var inner = NewDisposeScope();
            var random = new DgmrRandom(options.Seed, number, recipe.DiscriminatorSteps);
            reason = networks.Generator.Update(Read(number, recipe.DiscriminatorSteps), random, learningRate, sums);
        }

        if (reason is not null)
        {
            kept?.Return();
            return StepOutcome.NotTaken(reason);
        }

        networks.Average.Update(number);
        return sums.Outcome(recipe);
    }

    public Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken)
    {
        using var averaged = networks.Averaged();
        return evaluate(cancellationToken);
    }

    private MaskedCrops Read(long number, int round)
    {
        var perStep = recipe.SharesBatch ? 1 : recipe.DiscriminatorSteps + 1;
        using var crops = batches.Read((number * perStep) + (recipe.SharesBatch ? 0 : round), 0, 1);
        return new MaskedCrops(crops, networks.Device);
    }
}
