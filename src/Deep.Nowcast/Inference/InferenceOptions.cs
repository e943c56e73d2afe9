using Deep.Tensors;

namespace Deep.Nowcast;

/// <summary>How <see cref="Dgmr.ForInference"/> freezes a generator.</summary>
public sealed record InferenceOptions
{
    /// <summary>
    /// What the sampler's convolutions are computed in. Default 32-bit float. BFloat16 is about twice as fast where the processor
    /// has it; conditioning, latents, recurrent states and the last convolution stay in 32-bit floats.
    /// </summary>
    public Precision Precision { get; init; } = Precision.Float32;

    /// <summary>
    /// Bytes that intermediate maps may take, beside weights, input and forecast; 16 MiB or more. Default 1 GiB. Members and steps are
    /// computed in as many passes as it needs; results do not depend on it. One step of one member is the least, about 250 bytes a pixel.
    /// </summary>
    public long WorkingMemory { get; init; } = 1L << 30;

    internal void Validate()
    {
        Require.That(Enum.IsDefined(Precision), $"{nameof(InferenceOptions)}.{nameof(Precision)}", "one of " + string.Join(", ", Enum.GetNames<Precision>()), Precision);
        Require.That(WorkingMemory >= 1L << 24, $"{nameof(InferenceOptions)}.{nameof(WorkingMemory)}", "16 MiB or more", WorkingMemory);
    }
}
