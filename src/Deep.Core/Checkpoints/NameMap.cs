using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Checkpoints;

/// <summary>A two-way map between the names and layouts of a foreign checkpoint and ours: a list, not code.</summary>
/// <remarks>
/// Immutable and safe for concurrent use. One of their names may feed several of ours (tied weights).
/// </remarks>
public sealed class NameMap
{
    private readonly ILookup<string, NameMapping> byTheirs;
    private readonly Dictionary<string, NameMapping> byOurs = new(StringComparer.Ordinal);

    /// <summary>A map from its lines.</summary>
    /// <param name="mappings">The lines; each of our names at most once.</param>
    /// <exception cref="ConfigurationException">
    /// One of our names is there twice, or one of theirs is both dropped and used.
    /// </exception>
    public NameMap(IEnumerable<NameMapping> mappings)
    {
        ArgumentNullException.ThrowIfNull(mappings);
        Mappings = [.. mappings];
        byTheirs = Mappings.ToLookup(mapping => mapping.Theirs, StringComparer.Ordinal);
        foreach (var mapping in Mappings)
        {
            if (mapping.Ours is not null && !byOurs.TryAdd(mapping.Ours, mapping))
            {
                throw new ConfigurationException(
                    "NameMap", "a list with each of our names once", $"'{mapping.Ours}' twice");
            }
        }

        var contradiction = byTheirs.FirstOrDefault(group => group.Count() > 1 && group.Any(line => line.Ours is null));
        if (contradiction is not null)
        {
            throw new ConfigurationException(
                "NameMap", "a list that either uses or drops a name", $"'{contradiction.Key}' both used and dropped");
        }
    }

    /// <summary>The lines, in the order they were given.</summary>
    public IReadOnlyList<NameMapping> Mappings { get; }

    /// <summary>The map where both sides use the same names and layouts.</summary>
    /// <param name="names">All names.</param>
    /// <returns>The map.</returns>
    public static NameMap Identity(IEnumerable<string> names)
    {
        ArgumentNullException.ThrowIfNull(names);
        return new NameMap(names.Select(name => new NameMapping(name, name)));
    }

    /// <summary>Fills a model's tensors from a checkpoint, after checking all of them.</summary>
    /// <param name="source">The checkpoint, with their names and layouts.</param>
    /// <param name="target">
    /// The model's tensors by our names (parameters and buffers), on any device; filled in place.
    /// </param>
    /// <param name="strict">
    /// Whether missing and unexpected names are errors. If false they are only reported; a wrong shape is an error
    /// always.
    /// </param>
    /// <returns>What became of each name.</returns>
    /// <exception cref="CheckpointException">
    /// Names are missing or unexpected, or shapes or types do not fit: all of them in one message, before anything is
    /// changed.
    /// </exception>
    public LoadReport Load(ICheckpoint source, IReadOnlyDictionary<string, Tensor> target, bool strict = true)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var plan = LoadPlan.Make(source, target, theirs => byTheirs[theirs]);
        plan.ThrowIfUnfit(strict);
        foreach (var (info, ours, transform) in plan.Steps)
        {
            Fill(source, info, target[ours], transform);
        }

        return plan.Report;
    }

    /// <summary>
    /// A model's tensors under their names and in their layouts, ready for <see cref="Checkpoint.Save"/>.
    /// </summary>
    /// <param name="ours">The model's tensors by our names.</param>
    /// <returns>
    /// Views of the same values by their names, or new tensors where they keep several of ours in one; the caller
    /// disposes each.
    /// </returns>
    /// <exception cref="ConfigurationException">
    /// A tensor has a name that the map does not know, or a shape it cannot have, or is one of several that make one of
    /// theirs, and another of them is not there.
    /// </exception>
    public IReadOnlyDictionary<string, Tensor> Export(IReadOnlyDictionary<string, Tensor> ours)
    {
        ArgumentNullException.ThrowIfNull(ours);
        if (ours.Keys.FirstOrDefault(name => !byOurs.ContainsKey(name)) is { } unknown)
        {
            throw new ConfigurationException("NameMap", "a list of all of the model's names", $"silent on '{unknown}'");
        }

        var misfit = ours.FirstOrDefault(pair => Transform(byOurs[pair.Key]).InvertShape(pair.Value.shape) is null).Key;
        if (misfit is not null)
        {
            throw new ConfigurationException(
                "NameMap", $"a list of transforms that fit ({Transform(byOurs[misfit])})",
                $"wrong for '{misfit}' {TensorInfo.ShapeToText(ours[misfit].shape)}");
        }

        var theirs = new OrderedDictionary<string, Tensor>(StringComparer.Ordinal);
        foreach (var mapping in Mappings)
        {
            if (mapping.Ours is not null && ours.TryGetValue(mapping.Ours, out var tensor)
                && !theirs.ContainsKey(mapping.Theirs))
            {
                using var gradient = no_grad();
                theirs.Add(mapping.Theirs, Transform(mapping).Parts == 1
                    ? Transform(mapping).Invert(tensor)
                    : Join(byTheirs[mapping.Theirs], ours));
            }
        }

        return theirs;
    }

    // The first of ours for each part of theirs: where weights are shared, several of ours have the same part.
    private static Tensor Join(IEnumerable<NameMapping> lines, IReadOnlyDictionary<string, Tensor> ours)
    {
        using var scope = NewDisposeScope();
        var parts = lines.Where(line => ours.ContainsKey(line.Ours!)).DistinctBy(line => Transform(line).Part)
            .OrderBy(line => Transform(line).Part).ToList();
        return parts.Count == Transform(parts[0]).Parts
            ? cat([.. parts.Select(line => Transform(line).Invert(ours[line.Ours!]))], 0).MoveToOuterDisposeScope()
            : throw new ConfigurationException("NameMap", $"all {Transform(parts[0]).Parts} parts of '{parts[0].Theirs}'",
                $"only {string.Join(", ", parts.Select(line => line.Ours))}");
    }

    private static TensorTransform Transform(NameMapping mapping) => mapping.Transform ?? TensorTransform.Identity;

    private static void Fill(ICheckpoint source, TensorInfo info, Tensor target, TensorTransform transform)
    {
        if (transform == TensorTransform.Identity)
        {
            source.ReadInto(info.Name, target);
            return;
        }

        using var scope = NewDisposeScope();
        using var gradient = no_grad();
        target.copy_(transform.Apply(source.Read(info.Name)));
    }
}
