namespace Deep.Training.SignalPropagation;

/// <summary>What multiplies a position's output after the softmax of shaped attention.</summary>
public enum SpaRescale
{
    /// <summary>D, the row sums of A, as published (2302.10322): it takes the layer's input to have the target kernel, and so does not see the activations between.</summary>
    Published,

    /// <summary>1 / √((P K Pᵀ)ᵢᵢ) with P = softmax(B) and K the kernel as it arrives, activations counted: q = 1 after each layer (an extension of this suite).</summary>
    KernelExact,
}
