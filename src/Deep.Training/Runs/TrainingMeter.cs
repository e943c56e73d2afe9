namespace Deep.Training;

/// <summary>Sums up the steps between two reports and tells time.</summary>
internal sealed class TrainingMeter
{
    private readonly TrainerOptions _options;
    private readonly long _steps;
    private readonly long _stepsPerEpoch;
    private readonly List<TrainingProgress> _reports;
    private MeterState _sums;
    private long _elapsedUntil;
    private long _trainingSince;
    private bool _isPaused;

    public TrainingMeter(
        TrainerOptions options, long steps, long stepsPerEpoch, MeterState sums, IEnumerable<TrainingProgress> reports)
    {
        (_options, _steps, _stepsPerEpoch, _sums, _reports) = (options, steps, stepsPerEpoch, sums, [.. reports]);
        _elapsedUntil = _trainingSince = options.Clock.GetTimestamp();
    }

    public IReadOnlyList<TrainingProgress> Reports => _reports;

    public long SkippedSteps => _sums.SkippedSteps;

    /// <summary>The duration of the run, all its parts together.</summary>
    public TimeSpan Elapsed
    {
        get
        {
            var now = _options.Clock.GetTimestamp();
            _sums.Elapsed += _options.Clock.GetElapsedTime(_elapsedUntil, now);
            _elapsedUntil = now;
            return _sums.Elapsed;
        }
    }

    public void Skip(double learningRate) =>
        (_sums.SkippedSteps, _sums.LearningRate) = (_sums.SkippedSteps + 1, learningRate);

    public void Add(StepOutcome outcome, double learningRate)
    {
        _sums.LearningRate = learningRate;
        _sums.Loss += outcome.Loss * outcome.Items;
        _sums.Items += outcome.Items;
        _sums.Waited += outcome.Waited;
        if (!double.IsNaN(outcome.Correct))
        {
            _sums.Correct += outcome.Correct;
            _sums.CountedItems += outcome.Items;
        }

        if (!double.IsNaN(outcome.GradientNorm))
        {
            _sums.GradientNorms += outcome.GradientNorm;
            _sums.MeasuredNorms++;
        }

        foreach (var (name, value) in outcome.Metrics)
        {
            _sums.Metrics[name] = _sums.Metrics.GetValueOrDefault(name) + (value * outcome.Items);
        }
    }

    /// <summary>Stops the clock of training, for an evaluation or for saving.</summary>
    public void Pause()
    {
        if (!_isPaused)
        {
            _sums.Training += _options.Clock.GetElapsedTime(_trainingSince);
            _isPaused = true;
        }
    }

    /// <summary>Starts the clock of training again.</summary>
    public void Continue()
    {
        if (_isPaused)
        {
            _trainingSince = _options.Clock.GetTimestamp();
            _isPaused = false;
        }
    }

    /// <summary>The sums and counts for a checkpoint; the clock must be stopped.</summary>
    public MeterState Save(ClippingStatistics clipping)
    {
        Clip(clipping);
        _ = Elapsed;
        return _sums with { Metrics = new(_sums.Metrics) };
    }

    public TrainingProgress Report(long step, ClippingStatistics clipping, Evaluation? evaluation)
    {
        Clip(clipping);
        var elapsed = Elapsed;
        var report = new TrainingProgress
        {
            Step = step,
            Steps = _steps,
            Epoch = (double)step / _stepsPerEpoch,
            Loss = Mean(_sums.Loss, _sums.Items),
            Accuracy = Mean(_sums.Correct, _sums.CountedItems),
            LearningRate = _sums.LearningRate,
            ItemsPerSecond = _sums.Training > TimeSpan.Zero ? _sums.Items / _sums.Training.TotalSeconds : 0,
            Elapsed = elapsed,
            Remaining = elapsed / step * (_steps - step),
            ClippedShare = new ClippingStatistics(_sums.ClippingUnits, _sums.ClippedUnits).ClippedShare,
            SkippedSteps = _sums.SkippedSteps,
            GradientNorm = Mean(_sums.GradientNorms, _sums.MeasuredNorms),
            BusyShare = _sums.Training > TimeSpan.Zero ? Math.Max(0, 1 - (_sums.Waited / _sums.Training)) : double.NaN,
            Metrics = _sums.Metrics.ToDictionary(metric => metric.Key, metric => Mean(metric.Value, _sums.Items)),
            Evaluation = evaluation,
        };
        _reports.Add(report);
        _sums = _sums.AfterReport();
        return report;
    }

    private static double Mean(double sum, long count) => count == 0 ? double.NaN : sum / count;

    private void Clip(ClippingStatistics clipping)
    {
        _sums.ClippingUnits += clipping.Units;
        _sums.ClippedUnits += clipping.ClippedUnits;
    }
}
