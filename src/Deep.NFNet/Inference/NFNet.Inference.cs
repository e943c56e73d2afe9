namespace Deep.NFNets;

public sealed partial class NFNet
{
    /// <summary>A separate, frozen form of this network for fast prediction.</summary>
    /// <remarks>
    /// Weights are standardized, scaled and packed once, activations run inside the convolutions, pictures are channels-last. It has its own
    /// copy of the weights: this network may go on training or be disposed.
    /// </remarks>
    /// <param name="options">How; null: 32-bit floats.</param>
    /// <returns>The frozen network, on this network's device. The caller disposes it.</returns>
    /// <exception cref="DeviceException">The device does not compute in that precision.</exception>
    public InferenceNFNet ForInference(InferenceOptions? options = null) => new(this, options ?? new InferenceOptions());
}
