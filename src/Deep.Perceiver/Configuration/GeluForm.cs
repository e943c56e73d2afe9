namespace Deep.Perceivers;

/// <summary>Which GELU the network has. The two differ by about 1e-3 in the logits.</summary>
public enum GeluForm
{
    /// <summary>The tanh approximation: jax.nn.gelu's default, so DeepMind's weights want it.</summary>
    Tanh,

    /// <summary>x * Phi(x) with the error function: Hugging Face, krasserm and lucidrains.</summary>
    Exact,
}
