using Deep.Training;
using static TorchSharp.torch;

namespace Deep.Nowcast.Recipes;

/// <summary>Training of DGMR: generator, discriminators, both optimisers and the generator's average (2104.00954, methods).</summary>
/// <remarks>
/// Each step updates the discriminators, twice by default, then the generator with several members of each forecast. Runs are saved and
/// go on to the same bits, as all of <see cref="Trainer"/>'s do. The networks stay the caller's; dispose this to free optimisers and average.
/// Not safe for concurrent use.
/// </remarks>
public sealed class DgmrTraining : IDisposable
{
    private const int AverageIterations = 20;

    private readonly Optimizer _generatorOptimizer;
    private readonly Optimizer _discriminatorOptimizer;
    private readonly WeightAverage _average;

    /// <summary>A training of two networks.</summary>
    /// <param name="generator">The generator.</param>
    /// <param name="discriminator">Both discriminators, of the same configuration.</param>
    /// <param name="recipe">The numbers of the run; null: the paper's.</param>
    /// <exception cref="ConfigurationException">A setting of the recipe is out of its range, or the networks do not belong together.</exception>
    public DgmrTraining(Dgmr generator, DgmrDiscriminator discriminator, DgmrRecipe? recipe = null)
    {
        ArgumentNullException.ThrowIfNull(generator);
        ArgumentNullException.ThrowIfNull(discriminator);
        (Generator, Discriminator, Recipe) = (generator, discriminator, recipe ?? DgmrRecipe.Paper);
        Recipe.Validate();
        if (generator.Config.InputChannels != discriminator.Config.InputChannels || generator.Config.ContextFrames != discriminator.Config.ContextFrames)
        {
            throw new ConfigurationException(
                "DgmrTraining.discriminator", $"channels and frames of the generator ({generator.Config})", discriminator.Config);
        }

        _generatorOptimizer = Recipe.GeneratorOptimizer(generator);
        _discriminatorOptimizer = Recipe.DiscriminatorOptimizer(discriminator);
        _average = new WeightAverage(generator, Recipe.Average);
        State = new Dictionary<string, IRunState>
        {
            ["generator"] = new ModelState(generator),
            ["discriminator"] = new ModelState(discriminator),
            ["generator-optimizer"] = _generatorOptimizer,
            ["discriminator-optimizer"] = _discriminatorOptimizer,
            ["average"] = _average,
        };
    }

    /// <summary>The generator, with the weights of the last step.</summary>
    public Dgmr Generator { get; }

    /// <summary>The discriminators.</summary>
    public DgmrDiscriminator Discriminator { get; }

    /// <summary>The numbers of the run.</summary>
    public DgmrRecipe Recipe { get; }

    /// <summary>All that changes from step to step, by the names of a checkpoint's files.</summary>
    internal IReadOnlyDictionary<string, IRunState> State { get; }

    /// <summary>Trains to the last step, from the newest checkpoint if there is one.</summary>
    /// <param name="batches">The crops; of the batch size of the recipe.</param>
    /// <param name="options">The course of the run, from <see cref="DgmrRecipe.Options"/>; one thread reads the batches.</param>
    /// <param name="evaluate">Called in evaluation mode with the averaged generator; null for none.</param>
    /// <param name="progress">
    /// Told of each report. The loss is the generator's; metrics are <c>discriminator</c>, and for <c>spatial</c> and <c>temporal</c> each
    /// <c>hinge.</c> (2 where it tells nothing apart), <c>real.</c> and <c>generated.</c>; <c>adversarial</c> and <c>regularizer</c>.
    /// </param>
    /// <param name="cancellationToken">Ends the run between two steps, after saving it.</param>
    /// <returns>The curve and the last evaluation.</returns>
    /// <exception cref="ConfigurationException">An option is out of its range, or means nothing here; or a setting changed since the checkpoint.</exception>
    /// <exception cref="TrainingException">As for <see cref="Trainer"/>.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; says where the run was saved.</exception>
    public TrainingResult Fit(
        IBatchSource<RadarCrops> batches, TrainerOptions options, Func<CancellationToken, Evaluation>? evaluate = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(options);
        RequireDefault(options.MicroBatches == 1, nameof(options.MicroBatches), options.MicroBatches);
        RequireDefault(options.Workers == 0, nameof(options.Workers), options.Workers);
        RequireDefault(options.Limit is null, nameof(options.Limit), options.Limit);
        RequireDefault(options.Sharpness is null, nameof(options.Sharpness), options.Sharpness);
        return Trainer.Fit(new DgmrStep(this, batches, options), options, evaluate, progress, cancellationToken);
    }

    /// <summary>Puts the averaged generator, in evaluation mode and without gradients, in the place of the trained one.</summary>
    /// <remarks>The spectral norms of the averaged weights are found anew.</remarks>
    /// <returns>Dispose it to go on with the weights of the last step, to the bit.</returns>
    public IDisposable UseAverage()
    {
        var exchange = _average.Apply();
        for (var i = 0; i < AverageIterations; i++)
        {
            Generator.IterateSpectralNorms();
        }

        return new Averaged(Generator, exchange, no_grad());
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _generatorOptimizer.Dispose();
        _discriminatorOptimizer.Dispose();
        _average.Dispose();
    }

    internal DiscriminatorUpdate DiscriminatorUpdate() => new(Generator, Discriminator, Recipe, _discriminatorOptimizer);

    internal GeneratorUpdate GeneratorUpdate() => new(Generator, Discriminator, Recipe, _generatorOptimizer);

    internal void UpdateAverage(long step) => _average.Update(step);

    internal IReadOnlyDictionary<string, string> Configuration() => new Dictionary<string, string>
    {
        ["Generator"] = Generator.Config.ToJson(),
        ["Discriminator"] = Discriminator.Config.ToJson(),
        ["GeneratorOptimizer"] = _generatorOptimizer.Description,
        ["DiscriminatorOptimizer"] = _discriminatorOptimizer.Description,
        ["WeightAverage"] = _average.Description,
        ["DgmrRecipe"] = FormattableString.Invariant(
            $"batch {Recipe.Batch}, {Recipe.DiscriminatorSteps} discriminator steps, shared batch {Recipe.SharesBatch}, {Recipe.Members} members by ")
            + FormattableString.Invariant(
            $"{Recipe.MembersPerPass}, lambda {Recipe.RegularizerWeight}, {Recipe.Regularizer.Weight} to {Recipe.Regularizer.Cap}, {Recipe.Hinge}"),
    };

    private static void RequireDefault(bool holds, string option, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"TrainerOptions.{option}", "its default, as it means nothing to DGMR's steps", found);
        }
    }

    private sealed class Averaged : IDisposable
    {
        private readonly Dgmr _generator;
        private readonly IDisposable _exchange;
        private readonly IDisposable _withoutGradient;
        private readonly bool _wasTraining;

        public Averaged(Dgmr generator, IDisposable exchange, IDisposable withoutGradient)
        {
            (_generator, _exchange, _withoutGradient, _wasTraining) = (generator, exchange, withoutGradient, generator.training);
            generator.eval();
        }

        public void Dispose()
        {
            _withoutGradient.Dispose();
            _exchange.Dispose();
            _generator.train(_wasTraining);
        }
    }
}
