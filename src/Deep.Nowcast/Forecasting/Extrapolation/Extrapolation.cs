namespace Deep.Nowcast;

/// <summary>The forecast that rain keeps its shape and its motion: the strong baseline for the first half hour.</summary>
/// <remarks>
/// Motion of the last fields by <see cref="LucasKanade"/>, then <see cref="SemiLagrangian"/> advection of the newest.
/// Members are all the same. Cells whose rain comes from outside the grid or from where nothing was observed are NaN. Input
/// without rain or without any observation has no motion, and is forecast as it is. Thread-safe.
/// </remarks>
public sealed class Extrapolation : INowcaster
{
    private readonly ExtrapolationOptions options;

    /// <summary>An extrapolation.</summary>
    /// <param name="options">How; null: the defaults.</param>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public Extrapolation(ExtrapolationOptions? options = null)
    {
        this.options = options ?? new();
        this.options.Validate();
    }

    /// <summary>The extrapolation with default options.</summary>
    public static Extrapolation Default { get; } = new();

    /// <inheritdoc/>
    public string Name => "extrapolation";

    /// <summary>The motion that a forecast would use.</summary>
    /// <param name="past">Two fields or more.</param>
    /// <returns>The displacement per cadence, in cells.</returns>
    /// <exception cref="ShapeException">There are less than two fields.</exception>
    public MotionField Motion(RadarSequence past)
    {
        ForecastInput.Check(Name, past, 2, null);
        return LucasKanade.Estimate([.. past.Fields.TakeLast(options.Fields).Select(field => field.Values)],
            past.Grid.Height, past.Grid.Width, options.Motion);
    }

    /// <inheritdoc/>
    public NowcastEnsemble Forecast(RadarSequence past, NowcastOptions? options = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        options = ForecastInput.Check(Name, past, 2, options);
        cancellation.ThrowIfCancellationRequested();
        var trajectories = new Trajectories(Motion(past), this.options.Iterations);
        var steps = new float[options.Steps][];
        for (var step = 0; step < steps.Length; step++)
        {
            cancellation.ThrowIfCancellationRequested();
            trajectories.Advance();
            steps[step] = trajectories.Move(past.Fields[^1].Values, this.options.Outside);
            progress?.Report(new(step + 1, steps.Length, "steps"));
        }

        return ForecastInput.Repeat(steps, options.Members, past);
    }
}
