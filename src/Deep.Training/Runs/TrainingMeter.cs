using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Sums up the steps between two reports and tells time.</summary>
internal sealed class TrainingMeter
{
    private readonly TrainerOptions _options;
    private readonly long _stepsPerEpoch;
    private readonly long _started;
    private readonly List<TrainingProgress> _reports = [];
    private long _resumed;
    private TimeSpan _sinceReport;
    private double _loss;
    private long _items;
    private double _correct;
    private bool _counts;

    public TrainingMeter(TrainerOptions options, long stepsPerEpoch)
    {
        (_options, _stepsPerEpoch) = (options, stepsPerEpoch);
        _started = _resumed = options.Clock.GetTimestamp();
    }

    public IReadOnlyList<TrainingProgress> Reports => _reports;

    public long SkippedSteps { get; set; }

    public TimeSpan Elapsed => _options.Clock.GetElapsedTime(_started);

    public void Add(double loss, long items, Tensor? correct)
    {
        _loss += loss * items;
        _items += items;
        if (correct is not null)
        {
            _correct += correct.to(ScalarType.Float64).item<double>();
            _counts = true;
        }
    }

    /// <summary>Stops the clock of training until the next report is made.</summary>
    public void Pause()
    {
        _sinceReport = _options.Clock.GetElapsedTime(_resumed);
    }

    public TrainingProgress Report(long step, double learningRate, ClippingStatistics clipping, Evaluation? evaluation)
    {
        var perStep = Elapsed / (step - _options.FirstStep);
        var report = new TrainingProgress
        {
            Step = step,
            Steps = _options.Steps,
            Epoch = (double)step / _stepsPerEpoch,
            Loss = _items == 0 ? double.NaN : _loss / _items,
            Accuracy = _counts ? _correct / _items : double.NaN,
            LearningRate = learningRate,
            ItemsPerSecond = _sinceReport > TimeSpan.Zero ? _items / _sinceReport.TotalSeconds : 0,
            Elapsed = Elapsed,
            Remaining = perStep * (_options.Steps - step),
            ClippedShare = clipping.ClippedShare,
            SkippedSteps = SkippedSteps,
            Evaluation = evaluation,
        };
        _reports.Add(report);
        (_loss, _items, _correct, _counts) = (0, 0, 0, false);
        _resumed = _options.Clock.GetTimestamp();
        return report;
    }
}
