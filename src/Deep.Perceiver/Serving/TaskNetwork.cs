using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

/// <summary>The copy of a network that a facade computes with.</summary>
internal sealed class TaskNetwork : IDisposable
{
    private readonly Perceiver network;

    /// <summary>A copy of a network's weights, on its device.</summary>
    public TaskNetwork(Perceiver source, Precision precision)
    {
        Device = source.Latents.device;
        Precisions.Require(precision, Device);
        network = Perceiver.Uninitialized(source.Config, Device);
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var theirs = source.state_dict();
        foreach (var (name, value) in network.state_dict())
        {
            value.copy_(theirs[name]);
        }

        network.eval();
    }

    /// <summary>What the network was built from.</summary>
    public PerceiverConfig Config => network.Config;

    /// <summary>Where it computes.</summary>
    public Device Device { get; }

    /// <summary>The latents of an input, [B, N, D].</summary>
    public Tensor Encode(PerceiverInput input) => network.Encode(input);

    /// <summary>The queries of a selection, [1, O, E].</summary>
    public Tensor Queries(QuerySelection? selection = null) => network.Queries(selection);

    /// <summary>Decoded rows, [B, O, K].</summary>
    public Tensor Decode(Tensor latents, Tensor queries) => network.Decode(latents, queries);

    /// <summary>The task's outputs of decoded rows.</summary>
    public IReadOnlyDictionary<string, Tensor> Outputs(Tensor decoded, IReadOnlyDictionary<string, long>? sizes = null) =>
        network.Outputs(decoded, sizes);

    /// <summary>The output of a network with one input and one output.</summary>
    public Tensor Run(Tensor input) => network.Run(PerceiverInput.Of(input))[Perceiver.Output];

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
