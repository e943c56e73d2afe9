namespace Deep.Perceivers;

/// <summary>What a network's configuration says about the inputs of a task, or that it is not made for the task.</summary>
internal static class TaskShapes
{
    /// <summary>Tokens that a language model of bytes takes at most.</summary>
    public static int TokensOf(PerceiverConfig config)
    {
        Require.That(
            config.Preprocessor is TextConfig { Vocabulary: ByteTokenizer.VocabularySize }
                && config.Postprocessor is TiedEmbeddingConfig or ProjectionOutputConfig
                && config.Decoder is QueryDecoderConfig { Queries: not null },
            "PerceiverConfig", "a language model of 262 tokens with a query for each of them", config.Name);
        var text = (TextConfig)config.Preprocessor;
        return (int)Math.Min(text.MaxLength, ((QueryDecoderConfig)config.Decoder).Queries!.Count);
    }

    /// <summary>Side in pixels of the square pictures that a classifier was made for.</summary>
    public static int ImageSideOf(PerceiverConfig config)
    {
        var (channels, factor) = config.Preprocessor switch
        {
            PixelsConfig { Video: false } pixels => (pixels.InputChannels, pixels.SpatialDownsample),
            ConvConfig conv => (conv.InputChannels, 1 << (2 * conv.Layers)),
            Conv1x1Config conv => (conv.InputChannels, conv.SpatialDownsample),
            PatchesConfig { Video: false } patches => (patches.InputChannels, patches.SpatialDownsample),
            _ => (0, 0),
        };
        Require.That(channels == 3, "PerceiverConfig.Preprocessor", "one for pictures of red, green and blue", config.Name);
        RequireClassifier(config);
        return GridOf(config.Preprocessor.Positions, 2)[0] * factor;
    }

    /// <summary>Classes of a network with one answer for each input.</summary>
    public static int ClassesOf(PerceiverConfig config)
    {
        RequireClassifier(config);
        return (config.Decoder, config.Postprocessor) switch
        {
            (_, ClassificationOutputConfig output) => output.Classes,
            (ClassificationDecoderConfig classification, _) => classification.Classes,
            (AverageProjectDecoderConfig average, _) => average.Classes,
            _ => 0,
        };
    }

    /// <summary>Rows and columns of the tiles of an optical-flow model.</summary>
    public static (int Height, int Width) FlowTileOf(PerceiverConfig config)
    {
        Require.That(
            config is { Preprocessor: PatchesConfig { Video: true, MergeTime: true, InputChannels: FlowPatches.Channels, TemporalDownsample: 2, SpatialDownsample: 1 }, Decoder: FlowDecoderConfig { Outputs: 2 } },
            "PerceiverConfig", "an optical-flow model of two frames of 3 x 3 patches", config.Name);
        var grid = GridOf(config.Preprocessor.Positions, 2);
        return (grid[0], grid[1]);
    }

    /// <summary>Requires a classifier of point clouds without other features.</summary>
    public static void RequirePoints(PerceiverConfig config)
    {
        Require.That(
            config.Preprocessor is PointsConfig { Features: 0, Positions.Axes: 3 },
            "PerceiverConfig.Preprocessor", "one for points in space without other features", config.Name);
        RequireClassifier(config);
    }

    private static void RequireClassifier(PerceiverConfig config) =>
        Require.That(
            config.Postprocessor is ClassificationOutputConfig
                || (config is { Decoder: ClassificationDecoderConfig or AverageProjectDecoderConfig, Postprocessor: null }),
            "PerceiverConfig.Decoder", "a classifier's", config.Name);

    private static IReadOnlyList<int> GridOf(PositionConfig? positions, int axes)
    {
        var grid = positions switch
        {
            FourierConfig fourier => fourier.MaxResolution,
            LearnedConfig learned => learned.Shape,
            _ => null,
        };
        Require.That(grid is not null && grid.Count == axes, "PerceiverConfig.Preprocessor.Positions", $"of {axes} axes", positions?.Axes);
        return grid;
    }
}
