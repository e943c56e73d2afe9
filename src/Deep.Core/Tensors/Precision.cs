using System.Diagnostics.CodeAnalysis;

namespace Deep.Tensors;

/// <summary>The floating point format that a model computes in.</summary>
[SuppressMessage("Naming", "CA1720", Justification = "The formats are called so.")]
public enum Precision
{
    /// <summary>32-bit IEEE float: 24 bits of significand. Always available.</summary>
    Float32,

    /// <summary>Brain float: the range of 32 bits with 8 bits of significand. Fast where the processor has bf16 dot products.</summary>
    BFloat16,

    /// <summary>16-bit IEEE float: 11 bits of significand, largest value 65,504.</summary>
    Float16,
}
