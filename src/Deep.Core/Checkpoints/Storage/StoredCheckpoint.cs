using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>An open checkpoint of any format: a directory of stored tensors over the bytes that hold them.</summary>
internal sealed class StoredCheckpoint : ICheckpoint
{
    private readonly CheckpointBytes source;
    private readonly IReadOnlyCollection<IDisposable> parts;
    private readonly Dictionary<string, StoredTensor> stored;
    private bool disposed;

    /// <param name="source">The bytes; the checkpoint disposes them.</param>
    /// <param name="tensors">The tensors in the file's order, each name once.</param>
    /// <param name="metadata">What the file says beside its tensors.</param>
    /// <param name="parts">Decoders over the source; the checkpoint disposes them.</param>
    public StoredCheckpoint(
        CheckpointBytes source,
        IReadOnlyList<StoredTensor> tensors,
        IReadOnlyDictionary<string, string> metadata,
        IReadOnlyCollection<IDisposable>? parts = null)
    {
        this.source = source;
        this.parts = parts ?? [];
        Metadata = metadata;
        stored = new Dictionary<string, StoredTensor>(tensors.Count, StringComparer.Ordinal);
        var infos = new OrderedDictionary<string, TensorInfo>(tensors.Count, StringComparer.Ordinal);
        foreach (var tensor in tensors)
        {
            if (!stored.TryAdd(tensor.Info.Name, tensor))
            {
                throw source.Error(tensor.Info.Name, "is there twice");
            }

            infos.Add(tensor.Info.Name, tensor.Info);
        }

        Tensors = infos;
    }

    public string Path => source.Name;

    public IReadOnlyDictionary<string, string> Metadata { get; }

    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    public Tensor Read(string name) => Find(name).Read();

    public void ReadInto(string name, Tensor destination) => Find(name).ReadInto(destination);

    public void Dispose()
    {
        disposed = true;
        foreach (var part in parts)
        {
            part.Dispose();
        }

        source.Dispose();
    }

    private StoredTensor Find(string name)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        return stored.TryGetValue(name, out var tensor)
            ? tensor
            : throw source.Error(name, $"is not in this file of {stored.Count} tensors");
    }
}
