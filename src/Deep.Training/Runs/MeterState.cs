namespace Deep.Training;

/// <summary>The sums since the last report and the counts since the run began, as a checkpoint keeps them.</summary>
internal sealed record MeterState
{
    public double Loss { get; set; }

    public long Items { get; set; }

    public double Correct { get; set; }

    public long CountedItems { get; set; }

    public Dictionary<string, double> Metrics { get; set; } = [];

    public double GradientNorms { get; set; }

    public long MeasuredNorms { get; set; }

    public long ClippingUnits { get; set; }

    public long ClippedUnits { get; set; }

    public TimeSpan Training { get; set; }

    public TimeSpan Waited { get; set; }

    /// <summary>The duration of the run, all its parts together, up to the last checkpoint.</summary>
    public TimeSpan Elapsed { get; set; }

    public long SkippedSteps { get; set; }

    public double LearningRate { get; set; } = double.NaN;

    /// <summary>The state after a report: only what counts from the beginning of the run goes on.</summary>
    public MeterState AfterReport() =>
        new() { Elapsed = Elapsed, SkippedSteps = SkippedSteps, LearningRate = LearningRate };
}
