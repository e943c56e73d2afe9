namespace Deep.Nowcast;

public sealed partial class Dgmr
{
    /// <summary>A separate, frozen form of this generator for fast forecasts.</summary>
    /// <remarks>
    /// Spectral and batch norms are multiplied into packed weights once, whatever the mode this generator is in. It has its own copy of
    /// the weights: this generator may go on training or be disposed.
    /// </remarks>
    /// <param name="options">How; null: 32-bit floats and 1 GiB of working memory.</param>
    /// <returns>The frozen generator, on this generator's device. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public InferenceDgmr ForInference(InferenceOptions? options = null) => new(this, options ?? new InferenceOptions());
}
