namespace Deep.Training;

/// <summary>Where and how often a run saves all that it needs to go on, and how many of its checkpoints stay.</summary>
/// <remarks>
/// Each checkpoint is a folder <c>step-00000123</c> with model.safetensors, optimizer.safetensors,
/// average.safetensors, state.json, configuration.json, and manifest.json with the SHA-256 of each. It is there whole
/// or not at all. A run finds the newest by itself and goes on from it, to the same bits as if it had never stopped.
/// </remarks>
public sealed record RunCheckpoints
{
    /// <summary>The folder of the run; made where it is missing. One process at a time trains into it.</summary>
    public required string Folder { get; init; }

    /// <summary>
    /// The steps between two checkpoints, 0 or more; 0, the default, for one after each evaluation. There is always one
    /// at the end and one when the run is cancelled.
    /// </summary>
    public long Every { get; init; }

    /// <summary>How many of the last checkpoints stay, 1 or more, default 3.</summary>
    public int Keep { get; init; } = 3;

    /// <summary>How many of the best checkpoints stay beside the last ones, 0 or more, default 1.</summary>
    /// <remarks>Only a checkpoint of a step that was evaluated can be among the best; of equals, the first is.</remarks>
    public int KeepBest { get; init; } = 1;

    /// <summary>What the best checkpoint is the best in; the loss of the evaluation by default.</summary>
    public EvaluationMeasure Best { get; init; } = EvaluationMeasure.Loss;

    internal void Validate()
    {
        Require(!string.IsNullOrWhiteSpace(Folder), nameof(Folder), "a folder", Folder);
        Require(Every >= 0, nameof(Every), "0 or more", Every);
        Require(Keep >= 1, nameof(Keep), "1 or more", Keep);
        Require(KeepBest >= 0, nameof(KeepBest), "0 or more", KeepBest);
        Require(Best is not null, nameof(Best), "a measure", null);
    }

    private static void Require(bool holds, string setting, string expected, object? found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"RunCheckpoints.{setting}", expected, found);
        }
    }
}
