namespace Deep.Nowcast;

/// <summary>Forecasts rain for the next hours from the last radar fields.</summary>
/// <remarks>Implementations may be used by many threads at once.</remarks>
public interface INowcaster
{
    /// <summary>Its name in tables and files, such as <c>persistence</c>.</summary>
    string Name { get; }

    /// <summary>Forecasts.</summary>
    /// <param name="past">The last fields, in mm/h, the newest last, NaN where nothing was observed.</param>
    /// <param name="options">What to forecast; null: one member of 18 steps.</param>
    /// <param name="progress">Told what is done after each member or step; null: nobody.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <returns>The forecast; its steps have the cadence of <paramref name="past"/>. The caller disposes it.</returns>
    /// <exception cref="ShapeException">There are too few fields.</exception>
    /// <exception cref="ConfigurationException">An option is out of its range, or the cadence is not known.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default);
}
