using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// B batch, M keys

/// <summary>What a mask adds to scores, and for which samples it leaves nothing.</summary>
internal static class KeyMask
{
    // As large as bf16 and f32 both hold, and far above any score: beside it every score vanishes.
    private const double Hidden = -1e30;

    /// <summary>0 where a key is shown and -1e30 where it is hidden.</summary>
    /// <param name="mask">[B, M] of bool, or null.</param>
    /// <returns>[B, M] in 32-bit floats, or null.</returns>
    public static Tensor? Bias(Tensor? mask) => mask?.logical_not().to_type(ScalarType.Float32).Times(Hidden);

    /// <summary>Which samples have a key, where those without are to be wiped.</summary>
    /// <param name="mask">[B, M] of bool, or null.</param>
    /// <param name="rows">What becomes of samples without.</param>
    /// <returns>[B, 1, 1] of bool; null where none is wiped.</returns>
    public static Tensor? Shown(Tensor? mask, MaskedRows rows) =>
        mask is null || rows != MaskedRows.Zero ? null : mask.any(1, keepdim: true).unsqueeze(-1);
}
