namespace Deep.Training;

/// <summary>A run from its start or from its newest checkpoint to its end.</summary>
internal sealed class TrainingLoop
{
    private readonly ITrainingStep _step;
    private readonly TrainerOptions _options;
    private readonly Func<CancellationToken, Evaluation>? _evaluate;
    private readonly IProgress<TrainingProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly long _steps;
    private readonly long _evaluateEvery;
    private readonly IReadOnlyDictionary<string, string> _configuration;
    private TrainingMeter _meter;
    private RunWatch _watch;
    private Evaluation? _evaluation;
    private bool _hasStopped;
    private long _savedStep;

    public TrainingLoop(
        ITrainingStep step, TrainerOptions options, Func<CancellationToken, Evaluation>? evaluate,
        IProgress<TrainingProgress>? progress, CancellationToken cancellation)
    {
        (_step, _options, _evaluate, _progress, _cancellation) = (step, options, evaluate, progress, cancellation);
        _steps = options.StepsFor(step.StepsPerEpoch);
        _evaluateEvery = options.EvaluateEvery == 0 ? step.StepsPerEpoch : options.EvaluateEvery;
        _configuration = options.Checkpoints is null
            ? new Dictionary<string, string>()
            : RunConfiguration.Of(options, _steps, _evaluateEvery, step);
        (_meter, _watch) = (Meter(TrainingState.Start), Watch(TrainingState.Start));
        if (options.EarlyStop is not null && evaluate is null)
        {
            throw new ConfigurationException("TrainerOptions.EarlyStop", "null for a run without evaluations", options.EarlyStop);
        }
    }

    public TrainingResult Run()
    {
        using var folder = _options.Checkpoints is { } checkpoints ? RunFolder.Open(checkpoints) : null;
        var start = folder is null ? TrainingState.Start : Resume(folder);
        (_meter, _watch, _evaluation) = (Meter(start), Watch(start), start.LastEvaluation);
        (_hasStopped, _savedStep) = (start.HasStopped, start.Step);
        _step.Begin(start.Step, _steps);
        if (start.IsReportPending)
        {
            EndStep(start.Step, folder);
        }

        for (var step = start.Step; step < _steps && !_hasStopped; step++)
        {
            if (_cancellation.IsCancellationRequested)
            {
                throw Stopped(folder, step, isReportPending: false);
            }

            Take(step);
            EndStep(step + 1, folder);
        }

        return new TrainingResult(_meter.Reports, _evaluation, _meter.SkippedSteps, _meter.Elapsed);
    }

    private TrainingMeter Meter(TrainingState state) =>
        new(_options, _steps, _step.StepsPerEpoch, state.Meter, state.Reports);

    private RunWatch Watch(TrainingState state) => new(_options.EarlyStop, _options.Spikes, state.Watch);

    private void Take(long step)
    {
        ModelRandomness.Seed(_options.Seed, step);
        var rate = _options.Schedule(step);
        var outcome = _step.Take(step, rate);
        TellWhatHappened();
        if (outcome.Skipped is null)
        {
            _meter.Add(outcome, rate);
            LookForSpike(step, outcome);
            return;
        }

        _meter.Skip(rate);
        if (_meter.SkippedSteps > _options.SkippableSteps)
        {
            throw new TrainingException(
                $"Training stopped at step {step}: {outcome.Skipped}, and {_options.SkippableSteps} such steps may be "
                + "left out. A lower learning rate, a longer warm-up or a smaller clip factor usually helps.");
        }

        Tell(TrainingEventKind.SkippedStep, step + 1, $"Step {step} was left out: {outcome.Skipped}.");
    }

    private void LookForSpike(long step, StepOutcome outcome)
    {
        if (_watch.Judge(outcome) is { } spike)
        {
            Tell(TrainingEventKind.Spike, step + 1, $"Step {step} is a spike: {spike}.");
            if (_options.Spikes!.StopsRun)
            {
                throw new TrainingException($"Training stopped at step {step}: {spike}. A lower learning rate usually helps.");
            }
        }
    }

    // What happens between two steps: evaluation, report, checkpoint.
    private void EndStep(long done, RunFolder? folder)
    {
        var isLast = done == _steps;
        var isBoundary = isLast || done % _evaluateEvery == 0;
        var isEvaluated = _evaluate is not null && isBoundary;
        if (isEvaluated || isLast || done % _options.ReportEvery == 0)
        {
            Report(done, isEvaluated, folder);
        }

        var every = _options.Checkpoints?.Every ?? 0;
        if (folder is not null && (isLast || _hasStopped || (every == 0 ? isBoundary : done % every == 0)))
        {
            Save(folder, done, isEvaluated ? _evaluation : null);
        }

        _meter.Continue();
    }

    private void Report(long done, bool isEvaluated, RunFolder? folder)
    {
        _meter.Pause();
        if (isEvaluated)
        {
            try
            {
                _evaluation = _step.Evaluate(_evaluate!, _cancellation);
            }
            catch (OperationCanceledException) when (_cancellation.IsCancellationRequested)
            {
                throw Stopped(folder, done, isReportPending: true);
            }
        }

        var report = _meter.Report(done, _step.TakeClippingStatistics(), isEvaluated ? _evaluation : null);
        foreach (var log in _options.Logs)
        {
            log.Report(report);
        }

        _progress?.Report(report);
        if (isEvaluated && done < _steps && _watch.Judge(_evaluation!) is { } reason)
        {
            _hasStopped = true;
            Tell(TrainingEventKind.StoppedEarly, done, $"The run ends after step {done} of {_steps}: {reason}.");
        }
    }

    private void Save(RunFolder folder, long done, Evaluation? evaluation, bool isReportPending = false)
    {
        _meter.Pause();
        var state = new TrainingState
        {
            Step = done,
            Epoch = done / _step.StepsPerEpoch,
            StepInEpoch = done % _step.StepsPerEpoch,
            IsReportPending = isReportPending,
            HasStopped = _hasStopped,
            Watch = _watch.Save(),
            Meter = _meter.Save(_step.TakeClippingStatistics()),
            Reports = _meter.Reports,
            LastEvaluation = _evaluation,
            RandomState = ModelRandomness.Save(),
        };
        var path = folder.Save(state, evaluation, _configuration, _step.State);
        Tell(TrainingEventKind.Saved, done, $"The run was saved after step {done}.", path);
        _savedStep = done;
    }

    private OperationCanceledException Stopped(RunFolder? folder, long done, bool isReportPending)
    {
        if (folder is not null && (done != _savedStep || isReportPending))
        {
            Save(folder, done, evaluation: null, isReportPending);
        }

        return new OperationCanceledException(
            folder is null
                ? $"Training was cancelled after step {done} of {_steps}."
                : $"Training was cancelled after step {done} of {_steps}; started again with the folder "
                    + $"{folder.Path}, it goes on from there.",
            _cancellation);
    }

    private TrainingState Resume(RunFolder folder)
    {
        var damaged = new List<string>();
        foreach (var checkpoint in folder.Checkpoints)
        {
            try
            {
                var (state, configuration) = checkpoint.Read();
                RunConfiguration.RequireSame(configuration, _configuration, checkpoint.Path);
                checkpoint.LoadInto(_step.State);
                ModelRandomness.Load(state.RandomState);
                Tell(
                    TrainingEventKind.Resumed, state.Step, $"The run goes on after step {state.Step} of {_steps}.",
                    checkpoint.Path);
                return state;
            }
            catch (DamagedCheckpointException error)
            {
                damaged.Add($"{checkpoint.Path}: {error.Message}");
                Tell(
                    TrainingEventKind.DamagedCheckpoint, checkpoint.Step,
                    $"A checkpoint is damaged and was passed over: {error.Message}.", checkpoint.Path);
            }
        }

        return damaged.Count == 0
            ? TrainingState.Start
            : throw new TrainingException(
                $"No checkpoint of this run can be read ({string.Join("; ", damaged)}). Restore one of them, or remove "
                + "them to start from the beginning.");
    }

    private void TellWhatHappened()
    {
        foreach (var happened in (_step as ITrainingEventSource)?.TakeEvents() ?? [])
        {
            foreach (var log in _options.Logs)
            {
                log.Report(happened);
            }
        }
    }

    private void Tell(TrainingEventKind kind, long step, string message, string? path = null)
    {
        foreach (var log in _options.Logs)
        {
            log.Report(new TrainingEvent(kind, step, message, path));
        }
    }
}
