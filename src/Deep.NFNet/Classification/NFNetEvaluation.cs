using Deep.Media;

namespace Deep.NFNets;

/// <summary>How pictures are prepared for a network at evaluation.</summary>
public static class NFNetEvaluation
{
    /// <summary>The variant's own preparation of pictures.</summary>
    /// <param name="config">The network; it must take 3 channels.</param>
    /// <param name="size">Side of the square input in pixels; null: the variant's test size.</param>
    /// <exception cref="ConfigurationException">The network does not take red, green and blue, or the size is out of
    /// range.</exception>
    public static EvaluationTransform EvaluationTransform(this NFNetConfig config, int? size = null)
    {
        ArgumentNullException.ThrowIfNull(config);
        if (config.InputChannels != 3)
        {
            throw new ConfigurationException($"{nameof(NFNetConfig)}.{nameof(NFNetConfig.InputChannels)}",
                "3 (red, green, blue) to classify pictures", config.InputChannels);
        }

        var transform = new EvaluationTransform
        {
            Size = size ?? config.TestSize,
            CropFraction = config.CropFraction,
            Margin = config.CropMargin > 0 ? config.CropMargin : null,
            Mode = config.Squash ? CropMode.Squash : CropMode.Center,
            Mean = config.Mean,
            Std = config.StandardDeviation,
        };
        transform.Validate();
        return transform;
    }
}
