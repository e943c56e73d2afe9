namespace Deep.NFNets;

/// <summary>Whose arithmetic a network follows where the two public implementations of NFNets differ.</summary>
/// <remarks>
/// The same weights give about 2 % different logits under the other profile, so an importer sets the profile that the
/// weights were trained with.
/// </remarks>
public enum Numerics
{
    /// <summary>
    /// DeepMind's JAX code: tanh-approximated GELU, weights scaled by rsqrt(max(var * fan_in, epsilon)), SAME
    /// max-pooling.
    /// </summary>
    DeepMind,

    /// <summary>
    /// timm: exact (erf) GELU, weights scaled by 1 / sqrt((var + epsilon) * fan_in), symmetric max-pooling.
    /// </summary>
    Timm,
}
