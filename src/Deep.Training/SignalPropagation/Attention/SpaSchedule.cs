using Deep.Tensors;
using static TorchSharp.torch;

namespace Deep.Training.SignalPropagation;

// L layers, l from 1

/// <summary>The kernels that the layers of a network aim at, and the attention that takes each to the next.</summary>
/// <remarks>
/// E-SPA ("exponential"): Σ_l = e^(−γ_l |i−j|) with γ falling; U-SPA ("uniform"): Σ_l = (1 − ρ_l) I + ρ_l 11ᵀ with ρ rising. Both start
/// at the identity (2302.10322). Causal layers hold at any length; the others are made for one.
/// </remarks>
public static partial class SpaSchedule
{
    /// <summary>E-SPA with α_l = α_L^(l/L) for α(γ) = √(1 − e^(−2γ)): each layer gives a position the same share of itself.</summary>
    /// <param name="layers">L, 1 or more.</param>
    /// <param name="finalDecay">γ_L, above 0: about the reciprocal of the distance at which positions are still alike at the top. SimplEsT-ViT uses 0.005.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="length">The number of positions; needed where attention is not causal, ignored where it is.</param>
    /// <returns>L layers, from the input on.</returns>
    /// <exception cref="ConfigurationException">A number is out of its range, or the length is missing.</exception>
    public static IReadOnlyList<SpaLayer> Exponential(int layers, double finalDecay, bool causal = true, int? length = null) =>
        Exponential(Decays(layers, finalDecay), causal, length);

    /// <summary>E-SPA with decays of one's own.</summary>
    /// <param name="decays">γ_1 to γ_L, falling, all above 0 and finite.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="length">The number of positions; needed where attention is not causal, ignored where it is.</param>
    /// <returns>L layers, from the input on.</returns>
    /// <exception cref="ConfigurationException">The decays do not fall or are out of range, or the length is missing.</exception>
    public static IReadOnlyList<SpaLayer> Exponential(IReadOnlyList<double> decays, bool causal = true, int? length = null)
    {
        RequireSome(decays, nameof(decays));
        for (var l = 0; l < decays.Count; l++)
        {
            CausalExponentialSpa.Require(l == 0 ? double.PositiveInfinity : decays[l - 1], decays[l]);
        }

        if (causal)
        {
            return [.. decays.Select((decay, l) => new CausalExponentialSpa(l == 0 ? double.PositiveInfinity : decays[l - 1], decay))];
        }

        var positions = RequireLength(length);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        var (_, before) = SymmetricRoots.OfExponential(double.PositiveInfinity, positions);
        List<SpaLayer> layers = [];
        foreach (var decay in decays)
        {
            using var inner = NewDisposeScope();
            var (root, inverse) = SymmetricRoots.OfExponential(decay, positions);
            layers.Add(BidirectionalSpa.Of([.. root.mm(before).data<double>()], positions));
            before.Dispose();
            before = inverse.MoveToOuterDisposeScope();
        }

        return layers;
    }

    /// <summary>U-SPA with ρ_l = ρ_L l / L.</summary>
    /// <param name="layers">L, 1 or more.</param>
    /// <param name="finalCorrelation">ρ_L, above 0 and below 1; 0.8 keeps positions apart.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="length">The number of positions; needed where attention is not causal, ignored where it is.</param>
    /// <returns>L layers, from the input on.</returns>
    /// <exception cref="ConfigurationException">A number is out of its range, or the length is missing.</exception>
    public static IReadOnlyList<SpaLayer> Uniform(int layers, double finalCorrelation, bool causal = true, int? length = null)
    {
        RequireLayers(layers);
        return Uniform([.. Enumerable.Range(1, layers).Select(l => finalCorrelation * l / layers)], causal, length);
    }

    /// <summary>U-SPA with correlations of one's own.</summary>
    /// <param name="correlations">ρ_1 to ρ_L, rising, all above 0 and below 1.</param>
    /// <param name="causal">Whether a query sees only the keys up to its own position.</param>
    /// <param name="length">The number of positions; needed where attention is not causal, ignored where it is.</param>
    /// <returns>L layers, from the input on.</returns>
    /// <exception cref="ConfigurationException">The correlations do not rise or are out of range, or the length is missing.</exception>
    public static IReadOnlyList<SpaLayer> Uniform(IReadOnlyList<double> correlations, bool causal = true, int? length = null)
    {
        RequireSome(correlations, nameof(correlations));
        if (causal)
        {
            return [.. correlations.Select((rho, l) => new CausalUniformSpa(l == 0 ? 0 : correlations[l - 1], rho))];
        }

        var positions = RequireLength(length);
        return [.. correlations.Select((rho, l) => new BidirectionalUniformSpa(l == 0 ? 0 : correlations[l - 1], rho, positions))];
    }

    /// <summary>The decays γ_1 to γ_L of <see cref="Exponential(int, double, bool, int?)"/>: γ_l = −½ ln(1 − α_L^(2l/L)).</summary>
    /// <param name="layers">L, 1 or more.</param>
    /// <param name="finalDecay">γ_L, above 0 and finite.</param>
    /// <returns>L decays, falling.</returns>
    /// <exception cref="ConfigurationException">A number is out of its range.</exception>
    public static IReadOnlyList<double> Decays(int layers, double finalDecay)
    {
        RequireLayers(layers);
        if (!(finalDecay > 0) || !double.IsFinite(finalDecay))
        {
            throw new ConfigurationException(nameof(finalDecay), "a finite number above 0", finalDecay);
        }

        var logSquared = Math.Log(-ExpMinusOne.Of(-2 * finalDecay));
        return [.. Enumerable.Range(1, layers).Select(l => l == layers ? finalDecay : -0.5 * Math.Log(-ExpMinusOne.Of(logSquared * l / layers)))];
    }

    private static void RequireLayers(int layers)
    {
        if (layers < 1)
        {
            throw new ConfigurationException(nameof(layers), "1 or more", layers);
        }
    }

    private static void RequireSome(IReadOnlyList<double> targets, string name)
    {
        ArgumentNullException.ThrowIfNull(targets, name);
        if (targets.Count == 0)
        {
            throw new ConfigurationException(name, "one number for each layer", "an empty list");
        }
    }

    private static int RequireLength(int? length) => length is >= 1 and var positions
        ? positions
        : throw new ConfigurationException(nameof(length), "the number of positions, 1 or more, where attention is not causal", length);
}
