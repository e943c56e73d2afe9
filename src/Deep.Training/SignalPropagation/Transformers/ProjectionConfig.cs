namespace Deep.Training.SignalPropagation;

/// <summary>The matrix of an attention's values or outputs, reparameterised or not (2311.01906, equation 6).</summary>
/// <param name="Kind">Which form.</param>
/// <param name="ResidualGain">Factor of the trained matrix in the forms with a skip; null: 1.</param>
/// <param name="SkipGain">Factor of the fixed matrix in the forms with a skip; null: 1.</param>
public sealed record ProjectionConfig(ProjectionKind Kind, Gain? ResidualGain = null, Gain? SkipGain = null)
{
    /// <summary>A trained matrix.</summary>
    public static ProjectionConfig Linear { get; } = new(ProjectionKind.Linear);

    /// <summary>No matrix.</summary>
    public static ProjectionConfig Identity { get; } = new(ProjectionKind.Identity);
}
