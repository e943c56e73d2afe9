using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>The step of one objective and one optimiser: gradients of all micro-batches, then one update.</summary>
internal sealed class GradientStep<TBatch> : ITrainingStep
    where TBatch : IDisposable
{
    private readonly Module _model;
    private readonly Optimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly TrainerOptions _options;
    private readonly IBatchSource<TBatch> _batches;
    private readonly Func<TBatch, StepLoss> _objective;
    private readonly ModelState _weights;

    public GradientStep(
        Module model, Optimizer optimizer, WeightAverage? average, TrainerOptions options,
        IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective)
    {
        (_model, _optimizer, _average, _options) = (model, optimizer, average, options);
        (_batches, _objective, _weights) = (batches, objective, new ModelState(model));
    }

    public long StepsPerEpoch => _batches.StepsPerEpoch;

    public IReadOnlyDictionary<string, IRunState> State
    {
        get
        {
            var parts = new Dictionary<string, IRunState> { ["model"] = _weights, ["optimizer"] = _optimizer };
            if (_average is not null)
            {
                parts.Add("average", _average);
            }

            return parts;
        }
    }

    public IReadOnlyDictionary<string, string> Configuration => new Dictionary<string, string>
    {
        ["Model"] = _weights.Description,
        ["Optimizer"] = _optimizer.Description,
        ["WeightAverage"] = _average?.Description ?? "none",
        ["TrainerOptions.MicroBatches"] = RunConfiguration.Text(_options.MicroBatches),
    };

    public void Begin(long firstStep, long steps) => _model.train();

    public StepOutcome Take(long number, double learningRate)
    {
        _optimizer.ZeroGradients();
        var sums = new StepSums(_options.Clock);
        for (var part = 0; part < _options.MicroBatches; part++)
        {
            using var scope = NewDisposeScope();
            using var batch = sums.Wait(() => _batches.Read(number, part, _options.MicroBatches));
            var outcome = _objective(batch);
            var loss = outcome.Loss.to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(loss))
            {
                return StepOutcome.NotTaken(FormattableString.Invariant($"the loss is {loss}"));
            }

            // Sums over items, divided once at the end, weigh micro-batches of different sizes rightly.
            (_options.MicroBatches == 1 ? outcome.Loss : outcome.Loss.Times(outcome.Items)).backward();
            sums.Add(loss, outcome);
        }

        var scale = _options.MicroBatches == 1 ? 1 : 1.0 / sums.Items;
        if (!_optimizer.Step(learningRate, scale, requireFinite: true))
        {
            return StepOutcome.NotTaken("a gradient is not finite");
        }

        _average?.Update(number);
        return sums.Outcome(_optimizer.GradientNorm);
    }

    public Evaluation Evaluate(Func<CancellationToken, Evaluation> evaluate, CancellationToken cancellationToken)
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

    public ClippingStatistics TakeClippingStatistics() => _optimizer.TakeClippingStatistics();
}
