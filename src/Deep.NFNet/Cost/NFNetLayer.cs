namespace Deep.NFNets;

/// <summary>One layer with parameters.</summary>
/// <param name="Name">Its name in checkpoints, such as <c>stages.0.0.conv1</c>.</param>
/// <param name="Kind">What it is.</param>
/// <param name="WeightShape">Shape of its weight; empty for a scalar.</param>
/// <param name="Channels">Output channels.</param>
/// <param name="Height">Output height in pixels; 1 after pooling.</param>
/// <param name="Width">Output width in pixels; 1 after pooling.</param>
/// <param name="MultiplyAdds">Multiply-adds for one picture.</param>
public sealed record NFNetLayer(
    string Name, NFNetLayerKind Kind, IReadOnlyList<long> WeightShape, int Channels, int Height, int Width,
    double MultiplyAdds)
{
    /// <summary>Number of parameters, biases and gains among them.</summary>
    public long Parameters => WeightShape.Aggregate(1L, (product, size) => product * size) + Kind switch
    {
        NFNetLayerKind.Convolution => 2 * WeightShape[0],
        NFNetLayerKind.Pointwise or NFNetLayerKind.Classifier => WeightShape[0],
        _ => 0,
    };

    /// <summary>The parameters by their names in checkpoints, with their shapes.</summary>
    public IEnumerable<(string Name, IReadOnlyList<long> Shape)> NamedParameters
    {
        get
        {
            if (Kind == NFNetLayerKind.SkipGain)
            {
                yield return (Name, WeightShape);
                yield break;
            }

            yield return ($"{Name}.weight", WeightShape);
            if (Kind != NFNetLayerKind.ChannelConvolution)
            {
                yield return ($"{Name}.bias", [WeightShape[0]]);
            }

            if (Kind == NFNetLayerKind.Convolution)
            {
                yield return ($"{Name}.gain", [WeightShape[0], 1, 1, 1]);
            }
        }
    }
}
