using Deep.Checkpoints;
using Deep.Tensors;

namespace Deep.Nowcast;

/// <summary>Recognises the configuration of a checkpoint by its metadata, else by its tensors.</summary>
internal static class DgmrVariants
{
    private const string Original = ".parametrizations.weight.original";

    /// <summary>The configuration of a checkpoint.</summary>
    /// <param name="source">The whole checkpoint.</param>
    /// <exception cref="CheckpointException">Its tensors are not those of a DGMR.</exception>
    /// <exception cref="ConfigurationException">What it says makes no network.</exception>
    public static DgmrConfig Of(ICheckpoint source)
    {
        if (source.Metadata.TryGetValue(DgmrCheckpoint.ConfigKey, out var json))
        {
            return DgmrConfig.FromJson(json);
        }

        var shapes = new Dictionary<string, IReadOnlyList<long>>(StringComparer.Ordinal);
        foreach (var (name, info) in source.Tensors)
        {
            shapes.TryAdd(DgmrNames.Ours(name), info.Shape);
        }

        // Only the released code keeps convolutions that it never uses; nothing else tells its arithmetic from the paper's.
        var isReleased = shapes.ContainsKey("sampler.g1.conv_1x1.bias") || shapes.ContainsKey("discriminator.spatial_discriminator.d6.conv_1x1.bias");
        var config = !isReleased ? DgmrConfig.Paper : DgmrNames.AreMeteoFrance(source.Tensors.Keys) ? DgmrConfig.MeteoFrance : DgmrConfig.OpenClimateFix;
        var hasGenerator = shapes.ContainsKey("sampler.conv_1x1.bias");
        var hasDiscriminator = shapes.ContainsKey("discriminator.spatial_discriminator.fc.bias");
        if (!hasGenerator && !hasDiscriminator)
        {
            throw new CheckpointException(source.Path, null, "has neither a generator nor discriminators of DGMR");
        }

        config = hasGenerator ? WithGenerator(config, shapes, source.Path) : config;
        config = hasDiscriminator ? WithDiscriminator(config, shapes, source.Path) : config;
        if (OpenClimateFixSettings.Beside(source.Path) is { } settings)
        {
            config = config with { ForecastSteps = settings.ForecastSteps };
        }

        config = config.Frames == FrameChoice.LeadTimesWithoutReplacement
            ? config with { SpatialFrames = Math.Min(config.SpatialFrames, config.ForecastSteps) }
            : config;
        config.Validate();
        return config;
    }

    private static DgmrConfig WithGenerator(DgmrConfig config, Dictionary<string, IReadOnlyList<long>> shapes, string path)
    {
        int Size(string name, int axis) => SizeOf(shapes, path, name, axis);
        var state = Size("conditioning_stack.conv4.bias", 0);
        var frame = Size("conditioning_stack.d1.last_conv_3x3.bias", 0);
        var frames = Size("conditioning_stack.conv1" + Original, 1) / Math.Max(1, frame);
        var latent = Size("sampler.up_g1.bn1.bias", 0);
        config = config with
        {
            InputChannels = Size("conditioning_stack.d1.first_conv_3x3" + Original, 1) / 4,
            ContextFrames = frames,
            ContextChannels = state,
            LatentChannels = latent,
            NoiseChannels = Size("latent_stack.conv_3x3.bias", 0),
            GeneratorHidden = Size("sampler.up_g1.first_conv_3x3.bias", 0) == latent ? HiddenWidth.Input : HiddenWidth.Output,
            DiscriminatorHidden = Size("conditioning_stack.d2.first_conv_3x3.bias", 0) == frame ? HiddenWidth.Input : HiddenWidth.Output,
        };
        return frames > 0 && frame != state / 4 / frames ? config with { Conditioning = ConditioningWidths.Full } : config;
    }

    private static DgmrConfig WithDiscriminator(DgmrConfig config, Dictionary<string, IReadOnlyList<long>> shapes, string path)
    {
        const string spatial = "discriminator.spatial_discriminator.", temporal = "discriminator.temporal_discriminator.";
        int Size(string name, int axis) => SizeOf(shapes, path, name, axis);
        int Blocks(string part) => Enumerable.Range(0, 64).TakeWhile(block => shapes.ContainsKey($"{part}intermediate_dblocks.{block}.last_conv_3x3.bias")).Count();
        var width = Size(spatial + "d1.last_conv_3x3.bias", 0);
        return config with
        {
            InputChannels = Size(spatial + "d1.first_conv_3x3" + Original, 1) / 4,
            DiscriminatorChannels = width,
            DiscriminatorHidden = Size(spatial + "d1.first_conv_3x3.bias", 0) == width ? HiddenWidth.Output : HiddenWidth.Input,
            SpatialBlocks = Blocks(spatial),
            TemporalBlocks = Blocks(temporal),
            MeanOnlyBatchNorm = !shapes.ContainsKey(spatial + "bn.weight"),
        };
    }

    private static int SizeOf(Dictionary<string, IReadOnlyList<long>> shapes, string path, string name, int axis) =>
        !shapes.TryGetValue(name, out var shape) ? throw new CheckpointException(path, name, "is missing, so that this is no whole DGMR")
        : axis < shape.Count && shape[axis] is >= 0 and <= 1 << 20 ? (int)shape[axis]
        : throw new CheckpointException(path, name, $"has a shape that no DGMR has, {Shapes.Format([.. shape])}");
}
