namespace Deep.NFNets;

/// <summary>What a network costs, by arithmetic alone: no network is built.</summary>
public static class NFNetCost
{
    /// <summary>Number of parameters.</summary>
    /// <param name="config">The network.</param>
    public static long Parameters(NFNetConfig config) => Layers(config, 32, 32).Sum(layer => layer.Parameters);

    /// <summary>Multiply-adds for one picture, each convolution at the size that it really has.</summary>
    /// <param name="config">The network.</param>
    /// <param name="height">Height of the picture in pixels, 1 or more.</param>
    /// <param name="width">Width of the picture in pixels, 1 or more.</param>
    public static double MultiplyAdds(NFNetConfig config, int height, int width) =>
        Layers(config, height, width).Sum(layer => layer.MultiplyAdds);

    /// <summary>Multiply-adds as the NFNet papers' code counts them: sizes are halved without rounding up.</summary>
    /// <remarks>
    /// Equal to <see cref="MultiplyAdds"/> where the size is a multiple of the network's reduction, lower elsewhere.
    /// </remarks>
    /// <param name="config">The network.</param>
    /// <param name="height">Height of the picture in pixels, 1 or more.</param>
    /// <param name="width">Width of the picture in pixels, 1 or more.</param>
    public static double PublishedMultiplyAdds(NFNetConfig config, int height, int width) =>
        new NFNetLayerWalk(config, height, width, roundsUp: false).Layers.Sum(layer => layer.MultiplyAdds);

    /// <summary>Every layer with parameters, in the order of computation, with its shapes and cost.</summary>
    /// <param name="config">The network.</param>
    /// <param name="height">Height of the picture in pixels, 1 or more.</param>
    /// <param name="width">Width of the picture in pixels, 1 or more.</param>
    /// <exception cref="ConfigurationException">The configuration makes no network.</exception>
    public static IReadOnlyList<NFNetLayer> Layers(NFNetConfig config, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(config);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 1);
        config.Validate();
        return new NFNetLayerWalk(config, height, width, roundsUp: true).Layers;
    }
}
