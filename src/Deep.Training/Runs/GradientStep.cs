using Deep.Tensors;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Deep.Training;

/// <summary>The step of one objective and one optimiser: gradients of all micro-batches, then one update.</summary>
/// <remarks>
/// With sharpness-aware minimisation there are two passes over the same batch with the same random draws. Buffers
/// advance in the first only, which is at the model's own weights. A step that is left out changes nothing.
/// </remarks>
internal sealed class GradientStep<TBatch> : ITrainingStep, ITrainingEventSource, IDisposable
    where TBatch : IDisposable
{
    private readonly Module _model;
    private readonly Optimizer _optimizer;
    private readonly WeightAverage? _average;
    private readonly TrainerOptions _options;
    private readonly IBatchSource<TBatch> _source;
    private readonly Func<TBatch, StepLoss> _objective;
    private readonly ModelState _weights;
    private PrefetchedBatches<TBatch>? _prefetched;

    public GradientStep(
        Module model, Optimizer optimizer, WeightAverage? average, TrainerOptions options,
        IBatchSource<TBatch> batches, Func<TBatch, StepLoss> objective)
    {
        (_model, _optimizer, _average, _options) = (model, optimizer, average, options);
        (_source, _objective, _weights) = (batches, objective, new ModelState(model));
        if (options.Sharpness is { AscentShare: < 1 } && !typeof(ISliceableBatch<TBatch>).IsAssignableFrom(typeof(TBatch)))
        {
            throw new ConfigurationException(
                "SharpnessAwareMinimization.AscentShare", $"1, as {typeof(TBatch).Name} cannot be sliced",
                options.Sharpness.AscentShare);
        }
    }

    public long StepsPerEpoch => _source.StepsPerEpoch;

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
        ["TrainerOptions.Limit"] = RunConfiguration.Text(_options.Limit),
        ["TrainerOptions.Sharpness"] = RunConfiguration.Text(_options.Sharpness),
    };

    private IBatchSource<TBatch> Batches => _prefetched ?? _source;

    public void Begin(long firstStep, long steps)
    {
        _model.train();
        if (_options.Workers > 0 && firstStep < steps)
        {
            _prefetched = new PrefetchedBatches<TBatch>(_source, _options.Workers, firstStep, steps, _options.MicroBatches);
        }
    }

    public StepOutcome Take(long number, double learningRate)
    {
        using var scope = NewDisposeScope();
        using var buffers = new KeptBuffers(_model);
        var sums = new StepSums(_options.Clock);
        try
        {
            var reason = _options.Sharpness is { } sharpness
                ? SharpGradient(number, sharpness, sums)
                : Gradient(number, sums, part => Read(number, part, sums), keepsBatches: false);
            if (reason is null && !_optimizer.Step(learningRate, Scale(sums), requireFinite: true, _options.Limit))
            {
                reason = "a gradient is not finite";
            }

            if (reason is not null)
            {
                buffers.Return();
                return StepOutcome.NotTaken(reason);
            }
        }
        finally
        {
            _optimizer.ZeroGradients();
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

    public IReadOnlyList<TrainingEvent> TakeEvents() => (Batches as ITrainingEventSource)?.TakeEvents() ?? [];

    public void Dispose() => _prefetched?.Dispose();

    /// <summary>One pass over all micro-batches at the present weights.</summary>
    /// <returns>Why it cannot be used; null where it can.</returns>
    private string? Gradient(long number, StepSums sums, Func<int, TBatch> batchOf, bool keepsBatches)
    {
        _optimizer.ZeroGradients();
        for (var part = 0; part < _options.MicroBatches; part++)
        {
            using var scope = NewDisposeScope();
            var batch = batchOf(part);
            using var ended = keepsBatches ? null : (IDisposable)batch;
            if (_options.Sharpness is not null)
            {
                // Both passes over a part draw the same, even where one of them is over a share of it.
                ModelRandomness.Seed(_options.Seed, number, part);
            }

            var outcome = _objective(batch);
            var loss = outcome.Loss.to(ScalarType.Float64).item<double>();
            if (!double.IsFinite(loss))
            {
                return FormattableString.Invariant($"the loss is {loss}");
            }

            // Sums over items, divided once at the end, weigh micro-batches of different sizes rightly.
            (_options.MicroBatches == 1 ? outcome.Loss : outcome.Loss.Times(outcome.Items)).backward();
            sums.Add(loss, outcome);
        }

        return null;
    }

    /// <summary>The gradient at the worst weights nearby; the model is back at its own weights when this returns.</summary>
    private string? SharpGradient(long number, SharpnessAwareMinimization sharpness, StepSums sums)
    {
        var kept = Enumerable.Range(0, _options.MicroBatches).Select(part => Read(number, part, sums)).ToArray();
        try
        {
            var ascent = new StepSums(_options.Clock);
            var isWhole = sharpness.AscentShare == 1;
            var reason = isWhole
                ? Gradient(number, ascent, part => kept[part], keepsBatches: true)
                : Gradient(number, ascent, part => Share(kept[part], sharpness.AscentShare), keepsBatches: false);
            if (reason is not null || !_optimizer.Ascend(sharpness, Scale(ascent)))
            {
                return reason ?? "a gradient is not finite";
            }

            using var buffers = new KeptBuffers(_model);
            reason = Gradient(number, sums, part => kept[part], keepsBatches: true);
            buffers.Return();
            return reason;
        }
        finally
        {
            _optimizer.Return();
            foreach (var batch in kept)
            {
                batch.Dispose();
            }
        }
    }

    private TBatch Read(long number, int part, StepSums sums) =>
        sums.Wait(() => Batches.Read(number, part, _options.MicroBatches));

    private double Scale(StepSums sums) => _options.MicroBatches == 1 ? 1 : 1.0 / sums.Items;

    private static TBatch Share(TBatch batch, double share)
    {
        var sliceable = (ISliceableBatch<TBatch>)batch;
        return sliceable.Slice(0, Math.Max(1, (long)Math.Round(share * sliceable.Count)));
    }
}
