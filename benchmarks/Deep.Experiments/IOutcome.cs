namespace Deep.Experiments;

/// <summary>What a run came to, beside the plan of it.</summary>
internal interface IOutcome<out TPlan>
{
    /// <summary>The run.</summary>
    TPlan Plan { get; }
}
