using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>Files of parts that were published apart, as one checkpoint. Owns none of them.</summary>
internal sealed class JoinedCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, (ICheckpoint File, string Name)> places = new(StringComparer.Ordinal);

    /// <summary>Joins files.</summary>
    /// <param name="files">Whole files or parts; each name once in all.</param>
    /// <exception cref="CheckpointException">Two files have one name.</exception>
    public JoinedCheckpoint(IReadOnlyList<ICheckpoint> files)
    {
        var tensors = new Dictionary<string, TensorInfo>(StringComparer.Ordinal);
        foreach (var file in files)
        {
            var part = DgmrNames.PartOf([.. file.Tensors.Keys]);
            foreach (var (name, info) in file.Tensors)
            {
                if (!places.TryAdd(part + name, (file, name)))
                {
                    throw new CheckpointException(file.Path, name, $"stands in {places[part + name].File.Path} too");
                }

                tensors.Add(part + name, info with { Name = part + name });
            }
        }

        Tensors = tensors;
        Path = files[0].Path;
        Metadata = files.Select(file => file.Metadata).FirstOrDefault(metadata => metadata.ContainsKey(DgmrCheckpoint.ConfigKey)) ?? files[0].Metadata;
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var (file, theirs) = Place(name);
        return file.Read(theirs);
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        var (file, theirs) = Place(name);
        file.ReadInto(theirs, destination);
    }

    /// <summary>Nothing: the files are the caller's.</summary>
    public void Dispose()
    {
    }

    private (ICheckpoint File, string Name) Place(string name) =>
        places.TryGetValue(name, out var place) ? place : throw new CheckpointException(Path, name, "is not in the file");
}
