using static TorchSharp.torch;

namespace Deep.Training;

/// <summary>Sums up the micro-batches of one step.</summary>
internal sealed class StepSums(TimeProvider clock)
{
    private readonly Dictionary<string, double> _metrics = [];
    private double _loss;
    private double _correct;
    private bool _counts;
    private TimeSpan _waited;

    public long Items { get; private set; }

    public T Wait<T>(Func<T> read)
    {
        var before = clock.GetTimestamp();
        var value = read();
        _waited += clock.GetElapsedTime(before);
        return value;
    }

    public void Add(double loss, StepLoss outcome)
    {
        _loss += loss * outcome.Items;
        Items += outcome.Items;
        if (outcome.Correct is not null)
        {
            _correct += Number(outcome.Correct);
            _counts = true;
        }

        foreach (var (name, value) in outcome.Metrics ?? new Dictionary<string, Tensor>())
        {
            _metrics[name] = _metrics.GetValueOrDefault(name) + (Number(value) * outcome.Items);
        }
    }

    public StepOutcome Outcome(double gradientNorm) => new(_loss / Items, Items)
    {
        Correct = _counts ? _correct : double.NaN,
        Metrics = _metrics.ToDictionary(metric => metric.Key, metric => metric.Value / Items),
        GradientNorm = gradientNorm,
        Waited = _waited,
    };

    private static double Number(Tensor scalar) => scalar.to(ScalarType.Float64).item<double>();
}
