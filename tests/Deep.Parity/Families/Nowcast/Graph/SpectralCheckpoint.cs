using Deep.Checkpoints;
using Deep.Parity.Cases;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast.Graph;

/// <summary>A case's weights with the rules of variances and singular vectors, and one tensor for all of its names.</summary>
internal sealed class SpectralCheckpoint : ICheckpoint
{
    private const string Generator = "generator.";
    private readonly FormulaCheckpoint formula;
    private readonly Dictionary<string, string?> rules;

    public SpectralCheckpoint(ParityCase parity)
    {
        formula = new FormulaCheckpoint(parity);
        rules = parity.Weights.ToDictionary(weight => weight.Name, weight => weight.Rule);
    }

    /// <inheritdoc/>
    public string Path => formula.Path;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, string> Metadata => formula.Metadata;

    /// <inheritdoc/>
    public IReadOnlyDictionary<string, TensorInfo> Tensors => formula.Tensors;

    /// <inheritdoc/>
    public Tensor Read(string name)
    {
        var owner = rules.ContainsKey(Generator + name) ? Generator + name : name;
        var shape = Tensors[owner].Shape;
        return rules[owner] switch
        {
            null => formula.Read(owner),
            "var" => Of(FillRule.Unit(owner, (int)shape[0]).Select(value => 1 + (0.5 * value))),
            "sn_u" => Of(Left(owner, (int)shape[0])),
            "sn_v" => Of(Right(owner)),
            var rule => throw new MalformedCaseException($"{owner} is filled by a rule that is not known: {rule}"),
        };
    }

    /// <inheritdoc/>
    public void ReadInto(string name, Tensor destination)
    {
        using var withoutGradient = no_grad();
        using var value = Read(name);
        destination.copy_(value);
    }

    /// <summary>Nothing: there is no file.</summary>
    public void Dispose()
    {
    }

    private static Tensor Of(IEnumerable<double> values) => tensor([.. values.Select(value => (float)value)]);

    private static double[] Left(string name, int outputs)
    {
        double[] values = [.. FillRule.Weight(name, [outputs]).Select(value => (double)value)];
        return Normalised(values);
    }

    // v follows from the u that is rounded to float32 and from the weight.
    private double[] Right(string name)
    {
        var node = name[..^"0._v".Length];
        using var scope = NewDisposeScope();
        var weight = formula.Read(node + "original").flatten(1).to(ScalarType.Float64);
        var left = Read(node + "0._u").to(ScalarType.Float64);
        return Normalised(weight.t().mv(left).data<double>().ToArray());
    }

    private static double[] Normalised(double[] values)
    {
        var length = Math.Sqrt(values.Sum(value => value * value));
        return [.. values.Select(value => value / length)];
    }
}
