using Deep.Checkpoints;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Parity.Cases;

/// <summary>A case's state dict as if it had been read from a file: the reference's names and shapes, filled by the rule.</summary>
/// <remarks>It is loaded with the importers that load real files, so a case that passes proves their name maps too.</remarks>
public sealed class FormulaCheckpoint : ICheckpoint
{
    private const string AroundInitial = "init + 0.1*unit(name)";
    private readonly CaseConfig overrides;
    private readonly HashSet<string> aroundInitial;
    private readonly Func<string, double>? initial;

    /// <summary>The checkpoint of a case; reads its <c>override_after_fill</c>, values for all names with a suffix.</summary>
    /// <param name="parity">The case.</param>
    /// <param name="initial">What a tensor starts with in the reference, for cases that fill some around that; null where none does.</param>
    public FormulaCheckpoint(ParityCase parity, Func<string, double>? initial = null)
    {
        ArgumentNullException.ThrowIfNull(parity);
        this.initial = initial;
        if (parity.Weights.FirstOrDefault(w => w.Fill is not null && (w.Fill != AroundInitial || initial is null)) is { } unknown)
        {
            throw new MalformedCaseException($"{unknown.Name} is filled by a rule that is not known: {unknown.Fill}");
        }

        aroundInitial = [.. parity.Weights.Where(w => w.Fill is not null).Select(w => w.Name)];
        Path = parity.File;
        overrides = parity.Config.Section("override_after_fill");
        Tensors = parity.Weights.ToDictionary(w => w.Name, w => new TensorInfo(w.Name, ScalarType.Float32, w.Shape));
        foreach (var suffix in overrides.Keys.Where(s => !Tensors.Keys.Any(n => n.EndsWith(s, StringComparison.Ordinal))))
        {
            throw new MalformedCaseException($"override_after_fill names {suffix}, but no weight ends in it");
        }
    }

    /// <inheritdoc/>
    public string Path { get; }

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata { get; } = new Dictionary<string, string>();

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var shape = Tensors[name].Shape;
        if (aroundInitial.Contains(name))
        {
            var start = initial!(name);
            return tensor([.. FillRule.Unit(name, (int)FillRule.Elements(shape)).Select(v => (float)(start + (0.1 * v)))], [.. shape]);
        }

        var suffix = overrides.Keys.FirstOrDefault(s => name.EndsWith(s, StringComparison.Ordinal));
        return suffix is null
            ? tensor(FillRule.Weight(name, shape), [.. shape])
            : full([.. shape], overrides.Number(suffix));
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        ArgumentNullException.ThrowIfNull(destination);
        using var withoutGradient = no_grad();
        using var value = Read(name);
        destination.copy_(value);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
