namespace Deep.Training.SignalPropagation;

/// <summary>How a signal goes through a network, layer by layer, and what is to be said about it.</summary>
public sealed record SignalReport
{
    /// <summary>A report of measured layers.</summary>
    /// <param name="layers">The embedding (0) and the blocks (1, 2, …), two layers or more.</param>
    /// <param name="loss">The loss whose gradients were measured.</param>
    /// <param name="bounds">Where a signal counts as healthy; null for the defaults.</param>
    /// <exception cref="ConfigurationException">There is no block, or a bound is out of its range.</exception>
    public SignalReport(IReadOnlyList<SignalLayer> layers, double loss, SignalBounds? bounds = null)
    {
        ArgumentNullException.ThrowIfNull(layers);
        if (layers.Count < 2)
        {
            throw new ConfigurationException(nameof(layers), "the embedding and one block or more", $"a list of {layers.Count}");
        }

        Bounds = bounds ?? new SignalBounds();
        Bounds.Validate();
        (Layers, Loss) = (layers, loss);
        Verdicts = SignalVerdict.Of(layers, Bounds);
    }

    /// <summary>What figures call the network or its state, such as <c>before training</c>; null, the default, for nothing.</summary>
    public string? Name { get; init; }

    /// <summary>The embedding (0) and the blocks (1, 2, …).</summary>
    public IReadOnlyList<SignalLayer> Layers { get; }

    /// <summary>The loss whose gradients were measured.</summary>
    public double Loss { get; }

    /// <summary>Where a signal counts as healthy.</summary>
    public SignalBounds Bounds { get; }

    /// <summary>What is to be said, the gravest first; <see cref="SignalFinding.Healthy"/> alone where there is nothing.</summary>
    public IReadOnlyList<SignalVerdict> Verdicts { get; }

    /// <summary>Whether nothing is out of its bounds.</summary>
    public bool IsHealthy => Verdicts[0].Finding == SignalFinding.Healthy;

    /// <summary>The verdicts in words, such as <c>rank collapse from layer 9: plain attention</c>.</summary>
    public string Verdict => string.Join("; ", Verdicts);
}
