using Deep.Checkpoints;
using Deep.Parity.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Perceivers;

/// <summary>A case's weights with the variances of batch norms, which the rule never fills: they stay 1.</summary>
internal sealed class UnitVariance : ICheckpoint
{
    private const string Mean = ".running_mean";
    private const string Variance = ".running_var";
    private readonly FormulaCheckpoint filled;

    /// <summary>The weights of a case.</summary>
    public UnitVariance(ParityCase parity)
    {
        filled = new(parity);
        Tensors = filled.Tensors.Values
            .Concat(filled.Tensors.Values.Where(info => info.Name.EndsWith(Mean, StringComparison.Ordinal))
                .Select(info => new TensorInfo(VarianceOf(info.Name), ScalarType.Float32, [.. info.Shape])))
            .DistinctBy(info => info.Name).ToDictionary(info => info.Name);
    }

    /// <inheritdoc/>
    public string Path => filled.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => filled.Metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors { get; }

    /// <inheritdoc/>
    public Tensor Read(string name) => name.EndsWith(Variance, StringComparison.Ordinal)
        ? ones([.. Tensors[name].Shape])
        : filled.Read(name);

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        using var withoutGradient = no_grad();
        using var value = Read(name);
        destination.copy_(value);
    }

    /// <inheritdoc/>
    public void Dispose() => filled.Dispose();

    private static string VarianceOf(string mean) => mean[..^Mean.Length] + Variance;
}
