using System.Diagnostics.Metrics;

namespace Deep.Training.Tests;

public class MetricsLogTests
{
    [Fact]
    public void A_listener_sees_every_number_of_a_report_with_its_unit()
    {
        using var log = new MetricsLog(run: nameof(A_listener_sees_every_number_of_a_report_with_its_unit));
        using var heard = new Heard(nameof(A_listener_sees_every_number_of_a_report_with_its_unit));
        var report = RunReports.At(50, evaluated: true);
        log.Report(report);
        Assert.Equal(50, heard["deep.training.steps"]);
        Assert.Equal(0.05, heard["deep.training.progress"]);
        Assert.Equal(report.Loss, heard["deep.training.loss"]);
        Assert.Equal(report.LearningRate, heard["deep.training.learning_rate"]);
        Assert.Equal(report.ItemsPerSecond, heard["deep.training.item_rate"]);
        Assert.Equal(80, heard["deep.training.time_left"]);
        Assert.Equal(0.5, heard["deep.training.metric/top5"]);
        Assert.Equal(report.Evaluation!.Loss, heard["deep.training.evaluation.loss"]);
        Assert.Equal(0.75, heard["deep.training.evaluation.metric/top5"]);
        Assert.Equal("s", heard.Units["deep.training.time_left"]);
        Assert.Equal("{item}/s", heard.Units["deep.training.item_rate"]);
        Assert.All(heard.Descriptions, description => Assert.EndsWith(".", description.TrimEnd('\''), StringComparison.Ordinal));
    }

    [Fact]
    public void Steps_are_counted_once_also_behind_a_checkpoint_and_events_by_kind()
    {
        using var log = new MetricsLog(run: "counted");
        using var heard = new Heard("counted");
        log.Report(RunReports.Event(TrainingEventKind.Resumed, 100));
        log.Report(RunReports.At(110));
        log.Report(RunReports.At(130));
        log.Report(RunReports.Event(TrainingEventKind.Saved, 130));
        log.Report(RunReports.Event(TrainingEventKind.Saved, 130));
        Assert.Equal(30, heard["deep.training.steps"]);
        Assert.Equal(2, heard["deep.training.events/Saved"]);
        Assert.Equal(1, heard["deep.training.events/Resumed"]);
    }

    [Fact]
    public void What_is_not_finite_is_not_published()
    {
        using var log = new MetricsLog(run: "finite");
        using var heard = new Heard("finite");
        log.Report(RunReports.At(10) with { Loss = double.NaN, GradientNorm = double.PositiveInfinity });
        Assert.False(heard.Has("deep.training.loss"));
        Assert.False(heard.Has("deep.training.gradient_norm"));
        Assert.True(heard.Has("deep.training.epoch"));
    }

    [Fact]
    public void The_meter_is_the_factorys_where_there_is_one()
    {
        using var factory = new Factory();
        using (var log = new MetricsLog(factory))
        {
            log.Report(RunReports.At(1));
        }

        Assert.Equal([MetricsLog.MeterName], factory.Created);
    }

    private sealed class Factory : IMeterFactory
    {
        private readonly List<Meter> _meters = [];

        public List<string> Created { get; } = [];

        public Meter Create(MeterOptions options)
        {
            Created.Add(options.Name);
            _meters.Add(new Meter(options));
            return _meters[^1];
        }

        public void Dispose() => _meters.ForEach(meter => meter.Dispose());
    }

    // Counters are summed, gauges keep the last value; other tests' runs are told apart by their tag.
    private sealed class Heard : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly Dictionary<string, double> _values = [];

        public Heard(string run)
        {
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (instrument.Meter.Name == MetricsLog.MeterName)
                {
                    Units[instrument.Name] = instrument.Unit;
                    Descriptions.Add(instrument.Description!);
                    listener.EnableMeasurementEvents(instrument);
                }
            };
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Hear(instrument, value, tags, isCount: true));
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Hear(instrument, value, tags, isCount: false));
            _listener.Start();

            void Hear(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, bool isCount)
            {
                if (tags.Length == 0 || !Equals(tags[0].Value, run))
                {
                    return;
                }

                var key = tags.Length > 1 ? $"{instrument.Name}/{tags[1].Value}" : instrument.Name;
                _values[key] = isCount ? _values.GetValueOrDefault(key) + value : value;
            }
        }

        public Dictionary<string, string?> Units { get; } = [];

        public List<string> Descriptions { get; } = [];

        public double this[string name] => _values[name];

        public bool Has(string name) => _values.ContainsKey(name);

        public void Dispose() => _listener.Dispose();
    }
}
