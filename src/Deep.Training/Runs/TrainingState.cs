namespace Deep.Training;

/// <summary>Where a run stands, beside its tensors: the content of state.json.</summary>
internal sealed record TrainingState
{
    /// <summary>The number of steps taken, which is the position in the data too.</summary>
    public required long Step { get; init; }

    /// <summary>The number of the epoch and the step in it, for whoever reads the file.</summary>
    public required long Epoch { get; init; }

    public required long StepInEpoch { get; init; }

    /// <summary>Whether the evaluation and the report of this step are still to be made.</summary>
    public required bool IsReportPending { get; init; }

    /// <summary>Whether the run has ended before its last step.</summary>
    public required bool HasStopped { get; init; }

    public required RunWatch.State Watch { get; init; }

    public required MeterState Meter { get; init; }

    public required IReadOnlyList<TrainingProgress> Reports { get; init; }

    public required Evaluation? LastEvaluation { get; init; }

    /// <summary>The state of torch's random generator on the CPU, in base64.</summary>
    public required string RandomState { get; init; }

    public static TrainingState Start => new()
    {
        Step = 0,
        Epoch = 0,
        StepInEpoch = 0,
        IsReportPending = false,
        HasStopped = false,
        Watch = new RunWatch.State(),
        Meter = new MeterState(),
        Reports = [],
        LastEvaluation = null,
        RandomState = "",
    };
}
