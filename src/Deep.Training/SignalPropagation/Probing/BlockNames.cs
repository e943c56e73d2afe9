namespace Deep.Training.SignalPropagation;

/// <summary>What a reader calls a block.</summary>
internal static class BlockNames
{
    /// <summary>The name of the published block that a configuration is nearest to, by what the block does with positions.</summary>
    public static string Of(TransformerBlockConfig block) => block switch
    {
        { Spa.Kind: SpaKind.Exponential } => "E-SPA",
        { Spa.Kind: SpaKind.Uniform } => "U-SPA",
        { CentreGain: not null, Value.Kind: ProjectionKind.Identity, Parallel: true } => "SAS-P",
        { CentreGain: not null, Value.Kind: ProjectionKind.Identity } => "SAS",
        { CentreGain: not null } => "shaped attention",
        { IdentityGain: not null } => "value-skipinit",
        { Norm: not NormKind.None, Parallel: true } => "parallel pre-norm",
        { Norm: NormKind.LayerNorm, NormPosition: NormPosition.Post } => "post-LN",
        { Norm: NormKind.LayerNorm } => "pre-LN",
        { Norm: not NormKind.None } => "normalised attention",
        { AttentionSkip: not null, QueryKeyNorm: true } => "outlier-protected",
        { AttentionSkip: not null } => "attention with a skip",
        _ => "plain attention",
    };
}
