using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Tests;

/// <summary>A checkpoint whose tensors are in memory, or computed from name and shape when they are read.</summary>
internal sealed class MemoryCheckpoint(IEnumerable<(string Name, long[] Shape)> tensors, Func<string, long[],
    Tensor> read, IReadOnlyDictionary<string, string>? metadata = null) : ICheckpoint
{
    public string Path => "memory";

    public IReadOnlyDictionary<string, string> Metadata { get; } = metadata ?? new Dictionary<string, string>();

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; } = tensors.ToDictionary(t => t.Name, t =>
        new TensorInfo(t.Name, ScalarType.Float32, t.Shape));

    public static MemoryCheckpoint Of(IReadOnlyDictionary<string, Tensor> tensors,
        IReadOnlyDictionary<string, string>? metadata = null) =>
        new(tensors.Select(pair => (pair.Key, pair.Value.shape)), (name, _) =>
            tensors[name].detach().clone(), metadata);

    public Tensor Read(string name) => read(name, [.. Tensors[name].Shape]);

    public void ReadInto(string name, Tensor destination)
    {
        using var _ = no_grad();
        using var tensor = Read(name);
        destination.copy_(tensor);
    }

    public void Dispose()
    {
    }
}
