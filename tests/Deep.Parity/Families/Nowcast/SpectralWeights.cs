using Deep.Parity.Cases;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Parity.Families.Nowcast;

/// <summary>The weights of a case, with the rules for what spectral and batch normalisation hold.</summary>
/// <remarks>
/// <c>var</c>: 1 + u / 2. <c>sn_u</c>: the fill, at length one. <c>sn_v</c>: Wᵀ u at length one, in 64 bits, rounded once.
/// </remarks>
internal sealed class SpectralWeights
{
    private readonly Dictionary<string, CaseWeight> weights;

    /// <summary>The weights of a case.</summary>
    public SpectralWeights(ParityCase parity) => weights = parity.Weights.ToDictionary(w => w.Name);

    /// <summary>The reference's names.</summary>
    public IEnumerable<string> Names => weights.Keys;

    /// <summary>Fills a module of the reference's names; names beside it in the case are left out.</summary>
    /// <param name="module">Every tensor of it but the batch counters must be in the case.</param>
    /// <param name="prefix">What stands before the module's names in the case.</param>
    /// <param name="isWhole">Whether every name of the case with this prefix must be in the module.</param>
    public void Fill(nn.Module module, string prefix = "", bool isWhole = true)
    {
        using var frozen = no_grad();
        using var scope = NewDisposeScope();
        var left = weights.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).ToHashSet();
        foreach (var (name, tensor) in module.state_dict().Where(entry => !entry.Key.EndsWith("num_batches_tracked", StringComparison.Ordinal)))
        {
            if (!left.Remove(prefix + name))
            {
                throw new MalformedCaseException($"the case has no weight {prefix}{name}");
            }

            using var value = Read(prefix + name);
            if (!value.shape.SequenceEqual(tensor.shape))
            {
                throw new MalformedCaseException($"{prefix}{name} is [{string.Join(", ", value.shape)}] in the case and [{string.Join(", ", tensor.shape)}] in the network");
            }

            tensor.copy_(value);
        }

        if (isWhole && left.Count > 0)
        {
            throw new MalformedCaseException($"the network has no {string.Join(", ", left.Take(5))}");
        }
    }

    /// <summary>A weight by its name.</summary>
    public Tensor Read(string name)
    {
        var weight = weights[name];
        return weight.Fill switch
        {
            null => tensor(FillRule.Weight(name, weight.Shape), weight.Shape),
            "var" => tensor(FillRule.Unit(name, (int)FillRule.Elements(weight.Shape)).Select(u => (float)(1 + (0.5 * u))).ToArray(), weight.Shape),
            "sn_u" => Narrow(Left(name, weight.Shape)),
            "sn_v" => Narrow(Right(name)),
            _ => throw new MalformedCaseException($"{name} is filled by a rule that is not known: {weight.Fill}"),
        };
    }

    private static double[] Left(string name, long[] shape) => Unit([.. FillRule.Weight(name, shape).Select(v => (double)v)]);

    private double[] Right(string name)
    {
        var stem = name[..^"0._v".Length];
        var original = weights[stem + "original"];
        var values = FillRule.Weight(original.Name, original.Shape);
        var u = Left(stem + "0._u", weights[stem + "0._u"].Shape);
        var inputs = values.Length / u.Length;
        var product = new double[inputs];
        for (var row = 0; row < u.Length; row++)
        {
            for (var column = 0; column < inputs; column++)
            {
                product[column] += u[row] * values[(row * inputs) + column];
            }
        }

        return Unit(product);
    }

    private static Tensor Narrow(double[] values) => tensor(Array.ConvertAll(values, v => (float)v));

    private static double[] Unit(double[] values)
    {
        var length = Math.Sqrt(values.Sum(v => v * v));
        return Array.ConvertAll(values, v => v / length);
    }
}
