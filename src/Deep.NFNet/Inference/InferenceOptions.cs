using Deep.Tensors;

namespace Deep.NFNets;

/// <summary>How <see cref="NFNet.ForInference"/> freezes a network.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// What to compute in. Default 32-bit float. BFloat16 is about twice as fast where the processor has it and changes logits by less
    /// than one percent.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>False: only plain operators, to rule out the fast ones when results are in doubt. Default true.</summary>
    public bool Fused { get; init; } = true;
}
