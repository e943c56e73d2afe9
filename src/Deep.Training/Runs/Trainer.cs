using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>The training loop: batches, gradients, clipping, steps, weight average, evaluation, progress, checkpoints.</summary>
/// <remarks>
/// The loop knows neither the model's inputs nor its loss: the objective computes one from a batch. A run is a function
/// of its options, data and seeds, to the bit on one machine with one number of threads; one that was killed and goes on
/// from its checkpoints is the same function. Every step frees all tensors it made. One run at a time on one thread;
/// model, optimiser and average stay the caller's.
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

    /// <summary>Trains to the last step, from the newest checkpoint of <see cref="TrainerOptions.Checkpoints"/> if there is one.</summary>
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
    /// Ends the run between two steps, after saving it where it has checkpoints; the model keeps the weights of the last
    /// whole step.
    /// </param>
    /// <returns>The curve and the last evaluation, those before the checkpoint included.</returns>
    /// <exception cref="TrainingException">
    /// More steps were not finite than may be left out; a checkpoint cannot be written; all checkpoints are damaged; or
    /// another run uses the folder.
    /// </exception>
    /// <exception cref="ConfigurationException">
    /// A setting is not what it was when the checkpoint was written; names it with both values.
    /// </exception>
    /// <exception cref="ShapeException">The checkpoint is of another model.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; says where the run was saved.</exception>
    public TrainingResult Fit<TBatch>(
        IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective,
        Func<CancellationToken, Evaluation>? evaluate = null, IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
        where TBatch : IDisposable
    {
        ArgumentNullException.ThrowIfNull(batches);
        ArgumentNullException.ThrowIfNull(objective);
        using var step = new GradientStep<TBatch>(_model, _optimizer, _average, _options, batches, objective);
        return Fit(step, _options, evaluate, progress, cancellationToken);
    }

    /// <summary>Repeats a step of the caller's own, with all else as in the other form.</summary>
    /// <param name="step">The step, which stays the caller's.</param>
    /// <param name="options">The course of the run; a step of one's own reads for itself what concerns gradients.</param>
    /// <param name="evaluate">The evaluation; null for none.</param>
    /// <param name="progress">Told of each report.</param>
    /// <param name="cancellationToken">Ends the run between two steps.</param>
    /// <returns>The curve and the last evaluation.</returns>
    /// <exception cref="TrainingException">As in the other form.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range, or as in the other form.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled; says where the run was saved.</exception>
    public static TrainingResult Fit(
        ITrainingStep step, TrainerOptions options, Func<CancellationToken, Evaluation>? evaluate = null,
        IProgress<TrainingProgress>? progress = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(step);
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        return new TrainingLoop(step, options, evaluate, progress, cancellationToken).Run();
    }
}
