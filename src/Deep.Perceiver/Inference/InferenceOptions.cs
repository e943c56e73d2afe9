using Deep.Tensors;

namespace Deep.Perceivers;

/// <summary>How <see cref="Perceiver.ForInference"/> freezes a network.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// What products are computed in. Default 32-bit float. BFloat16 is about twice as fast where the processor has it; layer
    /// normalization, softmax, residual sums and the last linear layer stay in 32-bit floats.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>Queries decoded at a time, 1 or more: what decoding holds at once. Default 8192.</summary>
    public int QueriesPerChunk { get; init; } = 8192;

    internal void Validate() =>
        Require.That(QueriesPerChunk >= 1, $"{nameof(InferenceOptions)}.{nameof(QueriesPerChunk)}", "1 or more", QueriesPerChunk);
}
