using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Benchmarks;

/// <summary>The weights of a TorchScript module as a checkpoint, so that ours has the peer's own.</summary>
internal sealed class ScriptWeights : ICheckpoint
{
    // The wrapper that was traced holds the network under this name.
    private const string Prefix = "model.";
    private readonly Dictionary<string, Tensor> tensors = new(StringComparer.Ordinal);

    public ScriptWeights(string path, jit.ScriptModule module)
    {
        Path = path;
        foreach (var (name, tensor) in module.named_parameters().Select(named => (named.name, (Tensor)named.parameter))
            .Concat(module.named_buffers().Select(named => (named.name, named.buffer))))
        {
            tensors[name.StartsWith(Prefix, StringComparison.Ordinal) ? name[Prefix.Length..] : name] = tensor;
        }

        Tensors = tensors.ToDictionary(pair => pair.Key, pair => new TensorInfo(pair.Key, pair.Value.dtype, pair.Value.shape), StringComparer.Ordinal);
    }

    public string Path { get; }

    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public Tensor Read(string name) => tensors[name].detach().clone();

    public void ReadInto(string name, Tensor destination)
    {
        using var frozen = no_grad();
        using var weight = tensors[name].detach();
        destination.copy_(weight);
    }

    public void Dispose()
    {
    }
}
