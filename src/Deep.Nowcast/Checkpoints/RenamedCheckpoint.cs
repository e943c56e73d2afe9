using Deep.Checkpoints;
using static TorchSharp.torch;

namespace Deep.Nowcast;

/// <summary>One file or several, seen as one checkpoint with our names, each tensor once.</summary>
internal sealed class RenamedCheckpoint : ICheckpoint
{
    private readonly Dictionary<string, List<(ICheckpoint Source, string Name)>> places = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TensorInfo> tensors = new(StringComparer.Ordinal);

    /// <summary>A view of open checkpoints, which stay the caller's.</summary>
    /// <exception cref="CheckpointException">Names of one tensor have different shapes.</exception>
    public RenamedCheckpoint(IReadOnlyList<ICheckpoint> sources)
    {
        Path = string.Join(", ", sources.Select(source => source.Path));
        Metadata = sources.FirstOrDefault(source => source.Metadata.Count > 0)?.Metadata ?? sources[0].Metadata;
        foreach (var source in sources)
        {
            var part = DgmrNames.PartOf([.. source.Tensors.Keys]);
            foreach (var info in source.Tensors.Values)
            {
                Add(source, info, DgmrNames.Ours(info.Name, part));
            }
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => tensors;

    /// <summary>Throws where names that are of one tensor have different values, for one of them would be lost.</summary>
    /// <param name="parts">Whose tensors are looked at.</param>
    /// <exception cref="CheckpointException">Some do.</exception>
    public void RequireSameAliases(IReadOnlyList<string> parts)
    {
        foreach (var (ours, names) in places.Where(pair => pair.Value.Count > 1 && DgmrNames.IsOf(parts, pair.Key)))
        {
            using var scope = NewDisposeScope();
            var first = names[0].Source.Read(names[0].Name);
            var other = names.Skip(1).FirstOrDefault(place => !place.Source.Read(place.Name).Equals(first));
            if (other.Name is not null)
            {
                throw new CheckpointException(Path, ours, $"is there as {names[0].Name} and as {other.Name}, with different values");
            }
        }
    }

    /// <inheritdoc/>
    public Tensor Read(string name) => places[name][0].Source.Read(places[name][0].Name);

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination) => places[name][0].Source.ReadInto(places[name][0].Name, destination);

    /// <summary>Nothing: the sources are the caller's.</summary>
    public void Dispose()
    {
    }

    private void Add(ICheckpoint source, TensorInfo info, string ours)
    {
        if (!places.TryGetValue(ours, out var names))
        {
            places.Add(ours, names = []);
            tensors.Add(ours, info with { Name = ours });
        }
        else if (!tensors[ours].Shape.SequenceEqual(info.Shape) || tensors[ours].Type != info.Type)
        {
            throw new CheckpointException(Path, ours, $"is there twice: {tensors[ours].ShapeText} and, as {info.Name}, {info.ShapeText}");
        }

        names.Add((source, info.Name));
    }
}
