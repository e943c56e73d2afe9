namespace Deep.Nowcast;

/// <summary>The forecast that nothing changes: the last field, for all times. What every nowcast must beat.</summary>
/// <remarks>Eulerian persistence. Members are all the same; cells without observation stay NaN. Thread-safe.</remarks>
public sealed class Persistence : INowcaster
{
    private Persistence()
    {
    }

    /// <summary>The only one there is.</summary>
    public static Persistence Default { get; } = new();

    /// <inheritdoc/>
    public string Name => "persistence";

    /// <inheritdoc/>
    public NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = ForecastInput.Check(Name, past, 1, options);
        cancellation.ThrowIfCancellationRequested();
        var forecast = ForecastInput.Repeat([.. Enumerable.Repeat(past.Fields[^1].Values, options.Steps)], options.Members, past);
        progress?.Report(new(options.Steps, options.Steps, "steps"));
        return forecast;
    }
}
