namespace Deep.Training;

/// <summary>The kinds of <see cref="TrainingEvent"/>.</summary>
public enum TrainingEventKind
{
    /// <summary>The run goes on from a checkpoint; reports of later steps, if there are any, are void.</summary>
    Resumed,

    /// <summary>A checkpoint is damaged and was passed over for the one before.</summary>
    DamagedCheckpoint,

    /// <summary>A checkpoint was written.</summary>
    Saved,

    /// <summary>A step was left out because its loss or gradient is not finite.</summary>
    SkippedStep,

    /// <summary>The loss or the gradient's norm is far above what it was.</summary>
    Spike,

    /// <summary>A picture cannot be read and was left out.</summary>
    UnreadablePicture,

    /// <summary>The run ends before its last step because the evaluation no longer improves.</summary>
    StoppedEarly,
}
