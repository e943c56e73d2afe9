using System.Globalization;

namespace Deep.Training.SignalPropagation;

/// <summary>One thing that is to be said about a network's signal, with the block where it begins.</summary>
/// <param name="Finding">What it is.</param>
/// <param name="Layer">The number of the first block that it is seen behind: from the input, for gradients from the output.</param>
/// <param name="Kind">What that block is.</param>
/// <param name="Value">The number that was out of its bounds: a cosine, a q, or a gradient's share of the last.</param>
public sealed record SignalVerdict(SignalFinding Finding, int Layer, string Kind, double Value)
{
    /// <summary>The verdict in words, such as <c>rank collapse from layer 9: plain attention</c>.</summary>
    public override string ToString() => Finding switch
    {
        SignalFinding.Healthy => $"healthy in all {Layer} layers: {Kind}",
        SignalFinding.NotFinite => $"numbers that are not finite from layer {Layer}: {Kind}",
        SignalFinding.RankCollapse => $"rank collapse from layer {Layer}: {Kind}",
        SignalFinding.VanishingSignal => $"vanishing signal from layer {Layer} (q {Number}): {Kind}",
        SignalFinding.ExplodingSignal => $"exploding signal from layer {Layer} (q {Number}): {Kind}",
        SignalFinding.VanishingGradients => $"vanishing gradients from layer {Layer} down ({Number} of the last layer's): {Kind}",
        SignalFinding.ExplodingGradients => $"exploding gradients from layer {Layer} down ({Number} times the last layer's): {Kind}",
        _ => throw new ConfigurationException(nameof(SignalFinding), "one of the findings", Finding),
    };

    private string Number => Value.ToString("G2", CultureInfo.InvariantCulture);

    /// <summary>All that is to be said, the gravest first; one verdict at least.</summary>
    /// <param name="layers">The layers, the embedding first, two or more.</param>
    /// <param name="bounds">Where a signal counts as healthy.</param>
    internal static IReadOnlyList<SignalVerdict> Of(IReadOnlyList<SignalLayer> layers, SignalBounds bounds)
    {
        var blocks = layers.Skip(1).ToArray();
        var last = layers[^1].GradientNorm;
        var found = new List<SignalVerdict?>
        {
            First(layers, SignalFinding.NotFinite, layer => layer.Measured.SquaredNorm, q => !double.IsFinite(q)),
            First(layers.Reverse(), SignalFinding.NotFinite, layer => layer.GradientNorm, norm => !double.IsFinite(norm)),
        };
        found.RemoveAll(verdict => verdict is null);
        if (found.Count > 0)
        {
            return [found[0]!];
        }

        SignalLayer[] sized = [.. blocks.Where(block => !block.IsNormalized)];
        found.Add(First(blocks, SignalFinding.RankCollapse, layer => layer.Measured.DistantCosine, cosine => cosine > bounds.GreatestCosine));
        found.Add(First(sized, SignalFinding.VanishingSignal, layer => layer.Measured.SquaredNorm, q => q < bounds.LeastSquaredNorm));
        found.Add(First(sized, SignalFinding.ExplodingSignal, layer => layer.Measured.SquaredNorm, q => q > bounds.GreatestSquaredNorm));
        found.Add(First(layers.Reverse(), SignalFinding.VanishingGradients, Share, share => share < 1 / bounds.GradientFactor));
        found.Add(First(layers.Reverse(), SignalFinding.ExplodingGradients, Share, share => share > bounds.GradientFactor));
        found.RemoveAll(verdict => verdict is null);
        return found.Count > 0
            ? [.. found.OfType<SignalVerdict>()]
            : [new SignalVerdict(SignalFinding.Healthy, blocks.Length, layers[^1].Kind, double.NaN)];

        // A last gradient of zero leaves nothing to compare with: all of them have vanished.
        double Share(SignalLayer layer) => last > 0 ? layer.GradientNorm / last : 0;
    }

    private static SignalVerdict? First(
        IEnumerable<SignalLayer> layers, SignalFinding finding, Func<SignalLayer, double> value, Func<double, bool> isOutside)
    {
        var first = layers.FirstOrDefault(layer => isOutside(value(layer)));
        return first is null ? null : new SignalVerdict(finding, first.Layer, first.Kind, value(first));
    }
}
