namespace Deep.Perceivers;

public sealed partial class Perceiver
{
    /// <summary>A separate, frozen form of this network for fast prediction.</summary>
    /// <remarks>
    /// Weights are folded and packed once; attention never makes a map, nor keys and values of a large input where one head reads it. It has
    /// its own copy of the weights: this network may go on training or be disposed.
    /// </remarks>
    /// <param name="options">How; null: 32-bit floats.</param>
    /// <returns>The frozen network, on this network's device. The caller disposes it.</returns>
    /// <exception cref="ConfigurationException">An option is out of range.</exception>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public InferencePerceiver ForInference(InferenceOptions? options = null) => new(this, options ?? new InferenceOptions());
}
