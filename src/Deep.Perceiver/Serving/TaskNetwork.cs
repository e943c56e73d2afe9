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

    /// <summary>The outputs of latents.</summary>
    public IReadOnlyDictionary<string, Tensor> Read(Tensor latents, QuerySelection selection)
    {
        var queries = network.Decoder!.Queries(selection, null, Device)!.Value;
        return network.Outputs(network.Decode(latents, queries.Values), queries.Sizes);
    }

    /// <summary>The output of a network with one input and one output.</summary>
    public Tensor Forward(Tensor input) => network.forward(input);

    /// <inheritdoc/>
    public void Dispose() => network.Dispose();
}
