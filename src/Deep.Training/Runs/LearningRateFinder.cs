using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>
/// Trains a few steps with a learning rate that grows from each to the next, and puts everything back (1506.01186).
/// </summary>
public sealed record LearningRateFinder
{
    /// <summary>The rate of the first step, above 0; default 1e-6.</summary>
    public double Lowest { get; init; } = 1e-6;

    /// <summary>The rate of the last step, above <see cref="Lowest"/>; default 10.</summary>
    public double Highest { get; init; } = 10;

    /// <summary>The number of steps, 10 or more; default 100.</summary>
    public int Steps { get; init; } = 100;

    /// <summary>How much of the running mean of the loss is kept at a step, 0 to below 1; default 0.9.</summary>
    public double Smoothing { get; init; } = 0.9;

    /// <summary>The sweep ends when the smoothed loss is above this many times its lowest; above 1, default 4.</summary>
    public double Divergence { get; init; } = 4;

    /// <summary>The number of parts that a batch is computed in, as in <see cref="TrainerOptions.MicroBatches"/>.</summary>
    public int MicroBatches { get; init; } = 1;

    /// <summary>The seed of the model's own draws.</summary>
    public ulong Seed { get; init; }

    /// <summary>Makes the sweep.</summary>
    /// <param name="model">The model; its weights and buffers are afterwards as before, to the bit.</param>
    /// <param name="optimizer">Its optimiser, likewise.</param>
    /// <param name="batches">The training data, from step 0.</param>
    /// <param name="objective">The loss of a batch.</param>
    /// <param name="cancellationToken">Ends it between two steps, with everything put back.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    /// <exception cref="TrainingException">The loss was not finite before three steps were taken.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public LearningRateCurve Find<TBatch>(
        Module model, Optimizer optimizer, IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective,
        CancellationToken cancellationToken = default)
        where TBatch : IDisposable
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        Validate();
        var options = new TrainerOptions { Steps = Steps, Schedule = Rate, MicroBatches = MicroBatches, Seed = Seed };
        options.Validate();
        using var step = new GradientStep<TBatch>(model, optimizer, null, options, batches, objective);
        using var before = new KeptState(step.State.Values);
        var wasTraining = model.training;
        var random = ModelRandomness.Save();
        try
        {
            step.Begin(0, Steps);
            return Curve(Sweep(step, cancellationToken));
        }
        finally
        {
            before.Return();
            ModelRandomness.Load(random);
            model.train(wasTraining);
            step.TakeClippingStatistics();
        }
    }

    private double Rate(long step) => Lowest * Math.Pow(Highest / Lowest, step / (Steps - 1.0));

    private List<LearningRatePoint> Sweep<TBatch>(GradientStep<TBatch> step, CancellationToken cancellationToken)
        where TBatch : IDisposable
    {
        var points = new List<LearningRatePoint>();
        var (mean, lowest) = (0.0, double.PositiveInfinity);
        for (var number = 0; number < Steps; number++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            ModelRandomness.Seed(Seed, number);
            var outcome = step.Take(number, Rate(number));
            if (outcome.Skipped is not null)
            {
                break;
            }

            mean = (Smoothing * mean) + ((1 - Smoothing) * outcome.Loss);
            var smoothed = mean / (1 - Math.Pow(Smoothing, number + 1));
            lowest = Math.Min(lowest, smoothed);
            points.Add(new LearningRatePoint(Rate(number), outcome.Loss, smoothed));
            if (smoothed > Divergence * lowest)
            {
                break;
            }
        }

        return points;
    }

    private static LearningRateCurve Curve(List<LearningRatePoint> points)
    {
        if (points.Count < 3)
        {
            throw new TrainingException(
                $"The loss was not finite after {points.Count} steps: the lowest learning rate is too high for this model.");
        }

        var best = points.MinBy(point => point.Smoothed);
        var fall = Enumerable.Range(1, points.Count - 2)
            .Where(i => points[i].LearningRate <= best.LearningRate)
            .DefaultIfEmpty(1)
            .MinBy(i => points[i + 1].Smoothed - points[i - 1].Smoothed);
        return new LearningRateCurve(points, points[fall].LearningRate, best.LearningRate);
    }

    private void Validate()
    {
        Require(Lowest > 0 && double.IsFinite(Lowest), nameof(Lowest), "a finite number above 0", Lowest);
        Require(Highest > Lowest && double.IsFinite(Highest), nameof(Highest), "a finite number above Lowest", Highest);
        Require(Steps >= 10, nameof(Steps), "10 or more", Steps);
        Require(Smoothing is >= 0 and < 1, nameof(Smoothing), "from 0 to below 1", Smoothing);
        Require(Divergence > 1, nameof(Divergence), "above 1", Divergence);
    }

    private static void Require(bool holds, string setting, string expected, object found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(LearningRateFinder)}.{setting}", expected, found);
        }
    }
}
