using System.Diagnostics.Metrics;

namespace Deep.Training;

/// <summary>Publishes a run as metrics of .NET, for OpenTelemetry, Prometheus or <c>dotnet-counters</c>.</summary>
/// <remarks>
/// The meter is <see cref="MeterName"/>. Counters: <c>deep.training.steps</c> and <c>deep.training.events</c> (tag
/// <c>kind</c>). Gauges: <c>deep.training.progress</c>, <c>.epoch</c>, <c>.loss</c>, <c>.accuracy</c>,
/// <c>.learning_rate</c>, <c>.gradient_norm</c>, <c>.clipped_share</c>, <c>.busy_share</c>, <c>.item_rate</c>,
/// <c>.time_left</c>, <c>.metric</c> (tag <c>name</c>), and the same <c>.loss</c>, <c>.accuracy</c> and <c>.metric</c>
/// below <c>deep.training.evaluation</c>. What is not finite is not published.
/// </remarks>
public sealed class MetricsLog : IRunLog, IDisposable
{
    /// <summary>The name of the meter, to subscribe to.</summary>
    public const string MeterName = "Deep.Training";

    private readonly Meter _meter;
    private readonly KeyValuePair<string, object?>[] _tags;
    private readonly Counter<long> _steps;
    private readonly Counter<long> _events;
    private readonly Gauge<double> _progress;
    private readonly Gauge<double> _epoch;
    private readonly Gauge<double> _loss;
    private readonly Gauge<double> _accuracy;
    private readonly Gauge<double> _learningRate;
    private readonly Gauge<double> _gradientNorm;
    private readonly Gauge<double> _clippedShare;
    private readonly Gauge<double> _busyShare;
    private readonly Gauge<double> _itemRate;
    private readonly Gauge<double> _timeLeft;
    private readonly Gauge<double> _metric;
    private readonly Gauge<double> _evaluationLoss;
    private readonly Gauge<double> _evaluationAccuracy;
    private readonly Gauge<double> _evaluationMetric;
    private long _step;

    /// <summary>A log that publishes under a meter of its own or of the application's factory.</summary>
    /// <param name="meters">The application's factory, from its services; null for a meter of the log's own.</param>
    /// <param name="run">The run's name, the tag <c>run</c> of every value; null for no tag.</param>
    public MetricsLog(IMeterFactory? meters = null, string? run = null)
    {
        _meter = meters?.Create(MeterName) ?? new Meter(MeterName);
        _tags = run is null ? [] : [new("run", run)];
        _steps = _meter.CreateCounter<long>("deep.training.steps", "{step}", "Steps taken.");
        _events = _meter.CreateCounter<long>("deep.training.events", "{event}", "Things that happened: checkpoints, skipped steps, spikes and others.");
        _progress = Gauge("progress", "1", "Share of the run's steps that are taken.");
        _epoch = Gauge("epoch", "{epoch}", "Passes over the data, with fraction.");
        _loss = Gauge("loss", "1", "Mean training loss since the report before.");
        _accuracy = Gauge("accuracy", "1", "Share of right answers on training data since the report before.");
        _learningRate = Gauge("learning_rate", "1", "Learning rate of the last step.");
        _gradientNorm = Gauge("gradient_norm", "1", "Mean 2-norm of all gradients together before clipping.");
        _clippedShare = Gauge("clipped_share", "1", "Share of units that adaptive clipping shortened.");
        _busyShare = Gauge("busy_share", "1", "Share of the time in which the loop did not wait for a batch.");
        _itemRate = Gauge("item_rate", "{item}/s", "Items trained on in a second.");
        _timeLeft = Gauge("time_left", "s", "Time left at the present speed.");
        _metric = Gauge("metric", "1", "Another measure of the objective; its name is the tag 'name'.");
        _evaluationLoss = Gauge("evaluation.loss", "1", "Mean loss on test data.");
        _evaluationAccuracy = Gauge("evaluation.accuracy", "1", "Share of right answers on test data.");
        _evaluationMetric = Gauge("evaluation.metric", "1", "Another measure on test data; its name is the tag 'name'.");
    }

    /// <inheritdoc/>
    public void Report(TrainingProgress progress)
    {
        ArgumentNullException.ThrowIfNull(progress);
        _steps.Add(Math.Max(0, progress.Step - _step), _tags);
        _step = progress.Step;
        Record(_progress, (double)progress.Step / progress.Steps);
        Record(_epoch, progress.Epoch);
        Record(_loss, progress.Loss);
        Record(_accuracy, progress.Accuracy);
        Record(_learningRate, progress.LearningRate);
        Record(_gradientNorm, progress.GradientNorm);
        Record(_clippedShare, progress.ClippedShare);
        Record(_busyShare, progress.BusyShare);
        Record(_itemRate, progress.ItemsPerSecond);
        Record(_timeLeft, progress.Remaining.TotalSeconds);
        RecordAll(_metric, progress.Metrics);
        if (progress.Evaluation is { } evaluation)
        {
            Record(_evaluationLoss, evaluation.Loss);
            Record(_evaluationAccuracy, evaluation.Accuracy);
            RecordAll(_evaluationMetric, evaluation.Metrics);
        }
    }

    /// <inheritdoc/>
    public void Report(TrainingEvent happened)
    {
        ArgumentNullException.ThrowIfNull(happened);
        if (happened.Kind == TrainingEventKind.Resumed)
        {
            _step = happened.Step; // steps of an earlier process are not this one's
        }

        _events.Add(1, [.. _tags, new("kind", happened.Kind.ToString())]);
    }

    /// <summary>Ends the meter of the log's own; a factory's meter lives as long as the factory.</summary>
    public void Dispose() => _meter.Dispose();

    private Gauge<double> Gauge(string name, string unit, string description) =>
        _meter.CreateGauge<double>($"deep.training.{name}", unit, description);

    private void Record(Gauge<double> gauge, double value)
    {
        if (double.IsFinite(value))
        {
            gauge.Record(value, _tags);
        }
    }

    private void RecordAll(Gauge<double> gauge, IReadOnlyDictionary<string, double> metrics)
    {
        foreach (var (name, value) in metrics)
        {
            if (double.IsFinite(value))
            {
                gauge.Record(value, [.. _tags, new("name", name)]);
            }
        }
    }
}
