namespace Deep.Nowcast;

/// <summary>How fresh weights are drawn.</summary>
public enum DgmrInitialization
{
    /// <summary>
    /// Spectrally normalised weights orthogonal, others normal and cut at two deviations with variance 1 / fan_in, biases 0
    /// (ports of DeepMind's pseudocode).
    /// </summary>
    Orthogonal,

    /// <summary>Weights and biases uniform in ±1 / sqrt(fan_in): PyTorch's defaults (openclimatefix).</summary>
    Uniform,
}
