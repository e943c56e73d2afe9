using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

/// <summary>A step of DGMR's training: the discriminators' updates, then the generator's (2104.00954, methods).</summary>
/// <remarks>
/// All noise and all views depend on seed, step and place alone. The spectral norms of what is updated iterate once before each update. A
/// step that is left out changes nothing.
/// </remarks>
internal sealed class DgmrStep(DgmrTraining training, IBatchSource<RadarCrops> batches, TrainerOptions options) : ITrainingStep
{
    private readonly DiscriminatorUpdate _discriminator = training.DiscriminatorUpdate();
    private readonly GeneratorUpdate _generator = training.GeneratorUpdate();
    private readonly DgmrRecipe _recipe = training.Recipe;

    public long StepsPerEpoch => batches.StepsPerEpoch;

    public IReadOnlyDictionary<string, IRunState> State => training.State;

    public IReadOnlyDictionary<string, string> Configuration => training.Configuration();

    private int Updates => _recipe.DiscriminatorSteps + 1;

    public void Begin(long firstStep, long steps)
    {
        training.Generator.train();
        training.Discriminator.train();
        training.Generator.IteratesWhenTraining = false;
        training.Discriminator.IteratesWhenTraining = false;
    }

    public StepOutcome Take(long number, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var kept = options.SkippableSteps > 0 ? new KeptState(State.Values) : null;
        var sums = new DgmrStepSums();
        string? reason = null;
        for (var update = 0; update < Updates && reason is null; update++)
        {
            using var inner = NewDisposeScope();
            var random = new DgmrRandom(options.Seed, number, update);
            var crops = Read(number, update);
            reason = update < _recipe.DiscriminatorSteps
                ? _discriminator.Take(crops, random, learningRate, sums)
                : _generator.Take(crops, random, learningRate, sums);
        }

        if (reason is not null)
        {
            kept?.Return();
            return StepOutcome.NotTaken(reason);
        }

        training.UpdateAverage(number);
        return sums.Outcome(_recipe);
    }

    public Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken)
    {
        using var averaged = training.UseAverage();
        return evaluate(cancellationToken);
    }

    private MaskedCrops Read(long number, int update)
    {
        using var crops = batches.Read(_recipe.SharesBatch ? number : (number * Updates) + update, 0, 1);
        return new MaskedCrops(crops, training.Generator.Sampler.Norm.Weight.device);
    }
}
