namespace Deep.NFNets.Recipes;

/// <summary>The front part of a pre-trained network that keeps its weights while the rest is trained.</summary>
/// <remarks>
/// Frozen parameters require no gradient, so backpropagation ends above them: the more is frozen, the faster a step.
/// The classifier is never frozen. Immutable.
/// </remarks>
public sealed record FrozenLayers
{
    private const int Nothing = -1;
    private const int Everything = int.MaxValue;

    private FrozenLayers(int stages) => StageLimit = stages;

    /// <summary>All layers are trained.</summary>
    public static FrozenLayers None { get; } = new(Nothing);

    /// <summary>The stem keeps its weights.</summary>
    public static FrozenLayers Stem { get; } = new(0);

    /// <summary>All but the classifier keeps its weights: a linear classifier of fixed features is trained.</summary>
    public static FrozenLayers Body { get; } = new(Everything);

    private int StageLimit { get; }

    /// <summary>The stem and the first stages keep their weights.</summary>
    /// <param name="count">
    /// Stages from the front, 1 or more; those of a network and no more, where it is applied. The convolution after the
    /// last stage is trained.
    /// </param>
    /// <exception cref="ConfigurationException">The count is below 1.</exception>
    public static FrozenLayers Stages(int count) => count is >= 1 and < Everything
        ? new(count)
        : throw new ConfigurationException("FrozenLayers.Stages", "1 or more", count);

    /// <summary>Freezes these layers and makes all others trainable.</summary>
    /// <param name="network">The network; optimisers made before do not know of the change.</param>
    /// <exception cref="ConfigurationException">The network has fewer stages.</exception>
    public void Apply(NFNet network)
    {
        ArgumentNullException.ThrowIfNull(network);
        if (StageLimit != Everything && StageLimit > network.Stages.Count)
        {
            throw new ConfigurationException(
                "FrozenLayers.Stages", $"at most the network's {network.Stages.Count} stages", StageLimit);
        }

        foreach (var parameter in network.parameters())
        {
            parameter.requires_grad = StageLimit != Everything;
        }

        if (StageLimit == Everything)
        {
            Set(network.Head, trained: true);
        }
        else if (StageLimit != Nothing)
        {
            Set(network.Stem, trained: false);
            foreach (var stage in network.Stages.Take(StageLimit))
            {
                Set(stage, trained: false);
            }
        }
    }

    private static void Set(TorchSharp.torch.nn.Module module, bool trained)
    {
        foreach (var parameter in module.parameters())
        {
            parameter.requires_grad = trained;
        }
    }
}
