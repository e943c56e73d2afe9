using Deep.Tensors;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

/// <summary>The leaky ReLU of TAT (2203.08120): y = √(2 / (1 + a²)) · leakyReLU(x, a), which keeps q, with a slope a that brings the network's correlations to a target.</summary>
/// <remarks>
/// C(c) = c + (1 − a)² / (π (1 + a²)) · (√(1 − c²) − c arccos c); a is where M(0, C) = η for the network's <see cref="NetworkTopology"/>.
/// Immutable and safe for many threads.
/// </remarks>
public sealed record TailoredLeakyRelu
{
    /// <summary>a, 0 (ReLU) to 1 (linear). Default 0.</summary>
    public double NegativeSlope
    {
        get;
        init => field = value is >= 0 and <= 1
            ? value
            : throw new ConfigurationException($"{nameof(TailoredLeakyRelu)}.{nameof(NegativeSlope)}", "from 0 to 1", value);
    }

    /// <summary>√(2 / (1 + a²)).</summary>
    public double OutputScale => Math.Sqrt(2 / (1 + (NegativeSlope * NegativeSlope)));

    /// <summary>The activation for a network in which the activations follow each other.</summary>
    /// <param name="activations">How many there are on the way through the network: its depth for the usual MLP with one a block.</param>
    /// <param name="eta">η, above 0 and below 1: the correlation that two uncorrelated inputs have at the end. SimplEsT-ViT uses 0.9.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="ConfigurationException">Even ReLU does not reach η in so few activations.</exception>
    public static TailoredLeakyRelu ForChain(int activations, double eta = 0.9) => For(NetworkTopology.Chain(activations), eta);

    /// <summary>The activation for a network.</summary>
    /// <param name="topology">How its activations follow each other.</param>
    /// <param name="eta">η, above 0 and below 1: the greatest correlation that uncorrelated inputs have behind any sub-network.</param>
    /// <returns>The activation.</returns>
    /// <exception cref="ConfigurationException">Even ReLU does not reach η in this network.</exception>
    public static TailoredLeakyRelu For(NetworkTopology topology, double eta = 0.9)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (eta is not (> 0 and < 1))
        {
            throw new ConfigurationException("TailoredLeakyRelu eta", "above 0 and below 1", eta);
        }

        // The correlations rise as the slope falls from 1.
        var nonlinearity = RisingFunction.Solve(share => topology.Compose(0, c => Map(c, 1 - share)), eta, 0, 1);
        return nonlinearity is { } reached
            ? new() { NegativeSlope = 1 - reached }
            : throw Unreachable(topology, eta);
    }

    /// <summary>y.</summary>
    /// <param name="x">Any shape, float.</param>
    /// <returns>Same shape and dtype, with gradient. The caller disposes it.</returns>
    public Tensor Apply(Tensor x)
    {
        Shapes.RequireFloat(x);
        using Scalar slope = NegativeSlope;
        using var activated = x.leaky_relu(slope);
        return activated.Times(OutputScale);
    }

    /// <summary>C(c): the correlation behind the activation of two inputs with correlation c.</summary>
    /// <param name="c">−1 to 1.</param>
    /// <returns>From C(−1) to 1.</returns>
    public double CorrelationMap(double c) => Map(c, NegativeSlope);

    private static double Map(double correlation, double slope)
    {
        var c = Math.Clamp(correlation, -1, 1);
        var bend = (1 - slope) * (1 - slope) / (Math.PI * (1 + (slope * slope)));
        return c + (bend * (Math.Sqrt((1 - c) * (1 + c)) - (c * Math.Acos(c))));
    }

    private static ConfigurationException Unreachable(NetworkTopology topology, double eta) => new(
        "TailoredLeakyRelu eta",
        FormattableString.Invariant($"at most {topology.Compose(0, c => Map(c, 0)):G4} for {topology}, which is what ReLU reaches; take a deeper network or a smaller eta"),
        eta);
}
