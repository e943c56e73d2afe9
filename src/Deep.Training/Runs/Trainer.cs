using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>The training loop: batches, gradients, clipping, steps, weight average, evaluation and progress.</summary>
/// <remarks>
/// The loop knows neither the model's inputs nor its loss: the objective computes one from a batch. A run is a function
/// of its options, data and seeds, to the bit on one machine with one number of threads. Every step frees all tensors
/// it made. One run at a time on one thread; model, optimiser and average stay the caller's.
/// </remarks>
public sealed class Trainer
{
    private readonly Module _model;
    private readonly Optimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly TrainerOptions _options;

    /// <summary>A trainer of a model.</summary>
    /// <param name="model">
    /// The model; it is in training mode during steps and in evaluation mode during evaluations.
    /// </param>
    /// <param name="optimizer">The optimiser of its parameters, with clipping and decay in its groups.</param>
    /// <param name="options">The course of the run.</param>
    /// <param name="average">An average that follows the model and is evaluated in its place; null for none.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public Trainer(Module model, Optimizer optimizer, TrainerOptions options, WeightAverage? average = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(optimizer);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        (_model, _optimizer, _options, _average) = (model, optimizer, options, average);
    }

    /// <summary>Trains from <see cref="TrainerOptions.FirstStep"/> to the last step.</summary>
    /// <param name="batches">The training data.</param>
    /// <param name="objective">
    /// The loss of a batch, computed with the model; what it makes is freed after each step.
    /// </param>
    /// <param name="evaluate">
    /// Called in evaluation mode, without gradients, with the averaged weights where there is an average.
    /// </param>
    /// <param name="progress">
    /// Told after every <see cref="TrainerOptions.ReportEvery"/> steps and after each evaluation.
    /// </param>
    /// <param name="cancellationToken">
    /// Ends the run between two steps; the model keeps the weights of the last whole step.
    /// </param>
    /// <returns>The curve and the last evaluation.</returns>
    /// <exception cref="TrainingException">More steps were not finite than may be left out.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public TrainingResult Fit<TBatch>(
        IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective,
        Func<CancellationToken, Evaluation>? evaluate = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        where TBatch : IDisposable
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        var meter = new TrainingMeter(_options, batches.StepsPerEpoch);
        var evaluateEvery = _options.EvaluateEvery == 0 ? batches.StepsPerEpoch : _options.EvaluateEvery;
        Evaluation? last = null;
        _model.train();
        for (var step = _options.FirstStep; step < _options.Steps; step++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var rate = _options.Schedule(step);
            Step(batches, objective, step, rate, meter);

            var isLast = step + 1 == _options.Steps;
            var isEvaluated = evaluate is not null && (isLast || (step + 1) % evaluateEvery == 0);
            if (isEvaluated || isLast || (step + 1) % _options.ReportEvery == 0)
            {
                meter.Pause();
                last = isEvaluated ? Evaluate(evaluate!, cancellationToken) : last;
                var clipping = _optimizer.TakeClippingStatistics();
                var report = meter.Report(step + 1, rate, clipping, isEvaluated ? last : null);
                progress?.Report(report);
            }
        }

        return new TrainingResult(meter.Reports, last, meter.SkippedSteps, meter.Elapsed);
    }

    private void Step<TBatch>(
        IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective, long step, double rate, TrainingMeter meter)
        where TBatch : IDisposable
    {
        SeedModel(step);
        _optimizer.ZeroGradients();
        long items = 0;
        for (var part = 0; part < _options.MicroBatches; part++)
        {
            using var scope = NewDisposeScope();
            using var batch = batches.Read(step, part, _options.MicroBatches);
            var outcome = objective(batch);
            var loss = outcome.Loss.to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(loss))
            {
                Skip(step, $"the loss is {loss}", meter);
                return;
            }

            // Sums over items, divided once at the end, weigh micro-batches of different sizes rightly.
            (_options.MicroBatches == 1 ? outcome.Loss : outcome.Loss.Times(outcome.Items)).backward();
            meter.Add(loss, outcome.Items, outcome.Correct);
            items += outcome.Items;
        }

        var scale = _options.MicroBatches == 1 ? 1 : 1.0 / items;
        if (_optimizer.Step(rate, scale, requireFinite: true))
        {
            _average?.Update(step);
        }
        else
        {
            Skip(step, "a gradient is not finite", meter);
        }
    }

    private void Skip(long step, string reason, TrainingMeter meter)
    {
        if (++meter.SkippedSteps > _options.SkippableSteps)
        {
            throw new TrainingException(
                $"Training stopped at step {step}: {reason}, and {_options.SkippableSteps} such steps may be left out. "
                + "A lower learning rate, a longer warm-up or a smaller clip factor usually helps.");
        }
    }

    private Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken)
    {
        _model.eval();
        try
        {
            using var withoutGradient = no_grad();
            using var averaged = _average?.Apply();
            return evaluate(cancellationToken);
        }
        finally
        {
            _model.train();
        }
    }

    private void SeedModel(long step)
    {
        var seed = new RandomState(_options.Seed, (ulong)RandomStream.Model, (ulong)step).NextUInt64();
        manual_seed((long)(seed >> 1)).Dispose();
    }
}
