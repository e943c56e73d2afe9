using System.Text.Json;
using Deep.Checkpoints;

namespace Deep.Nowcast;

/// <summary>Which configuration a checkpoint is of: what it says, else what its tensors show.</summary>
internal static class DgmrVariants
{
    private const int LongestSettings = 1 << 20;
    private const int LongestConfig = 1 << 16;

    /// <summary>The configuration of a checkpoint with our names.</summary>
    /// <exception cref="CheckpointException">The tensors are of no DGMR, or settings beside the file contradict them.</exception>
    /// <exception cref="ConfigurationException">The stored configuration makes no network.</exception>
    public static DgmrConfig ConfigOf(ICheckpoint source, string? settingsPath)
    {
        if (source.Metadata.TryGetValue(DgmrCheckpoint.ConfigKey, out var json))
        {
            return json.Length <= LongestConfig
                ? DgmrConfig.FromJson(json)
                : throw new CheckpointException(source.Path, DgmrCheckpoint.ConfigKey, $"is longer than {LongestConfig} characters");
        }

        var config = Discriminators(source, Generator(source, Base(source)));
        config = settingsPath is null ? config : WithSettings(config, settingsPath, source);
        try
        {
            config.Validate();
            return config;
        }
        catch (ConfigurationException error)
        {
            throw new CheckpointException(source.Path, null, "its tensors have sizes that no DGMR has", error);
        }
    }

    // Only openclimatefix and mfai keep the convolution of a shortcut that is the input itself.
    private static DgmrConfig Base(ICheckpoint source) =>
        source.Tensors.ContainsKey("sampler.g1.conv_1x1.bias") || source.Tensors.ContainsKey("spatial_discriminator.d6.conv_1x1.bias")
            ? DgmrConfig.OpenClimateFix
            : DgmrConfig.Paper;

    private static DgmrConfig Generator(ICheckpoint source, DgmrConfig config)
    {
        if (!source.Tensors.Keys.Any(name => DgmrNames.IsOf(DgmrNames.GeneratorParts, name)))
        {
            return config;
        }

        var states = Size("conditioning_stack.conv4.bias", 0);
        var latents = Size("latent_stack.l_block4.last_conv_3x3.bias", 0);
        var frameWidth = Size("conditioning_stack.d4.last_conv_3x3.bias", 0);
        var frames = Size("conditioning_stack.conv4.parametrizations.weight.original", 1) / Math.Max(1, frameWidth);
        return config with
        {
            ContextChannels = states,
            LatentChannels = latents,
            ContextFrames = frames,
            NoiseChannels = Size("latent_stack.conv_3x3.bias", 0),
            InputChannels = Size("sampler.conv_1x1.bias", 0) / 4,
            GeneratorHidden = Size("sampler.up_g1.bn2.bias", 0) == latents ? HiddenWidth.Input : HiddenWidth.Output,
            DiscriminatorHidden = Size("conditioning_stack.d4.first_conv_3x3.bias", 0) == frameWidth ? HiddenWidth.Output : HiddenWidth.Input,
            Conditioning = (long)frameWidth * frames == 2L * states ? ConditioningWidths.Reduced : ConditioningWidths.Full,
        };

        int Size(string name, int axis) => SizeOf(source, name, axis);
    }

    private static DgmrConfig Discriminators(ICheckpoint source, DgmrConfig config)
    {
        if (!source.Tensors.Keys.Any(name => DgmrNames.IsOf(DgmrNames.DiscriminatorParts, name)))
        {
            return config;
        }

        var width = SizeOf(source, "spatial_discriminator.d1.last_conv_3x3.bias", 0);
        return config with
        {
            InputChannels = SizeOf(source, "spatial_discriminator.d1.first_conv_3x3.parametrizations.weight.original", 1) / 4,
            DiscriminatorChannels = width,
            SpatialBlocks = Blocks("spatial_discriminator"),
            TemporalBlocks = Blocks("temporal_discriminator"),
            MeanOnlyBatchNorm = !source.Tensors.ContainsKey("spatial_discriminator.bn.weight"),
            DiscriminatorHidden = SizeOf(source, "temporal_discriminator.d2.first_conv_3x3.bias", 0) == width ? HiddenWidth.Input : HiddenWidth.Output,
        };

        int Blocks(string part) => source.Tensors.Keys.Count(name =>
            name.StartsWith($"{part}.intermediate_dblocks.", StringComparison.Ordinal) && name.EndsWith(".last_conv_3x3.bias", StringComparison.Ordinal));
    }

    // openclimatefix's config.json: the arguments of the model's constructor.
    private static DgmrConfig WithSettings(DgmrConfig config, string path, ICheckpoint source)
    {
        if (new FileInfo(path).Length > LongestSettings)
        {
            throw new CheckpointException(path, null, $"is longer than {LongestSettings} bytes");
        }

        try
        {
            using var document = JsonDocument.Parse(File.ReadAllText(path));
            var root = document.RootElement;
            Agree("latent_channels", config.LatentChannels);
            Agree("input_channels", config.InputChannels);
            Agree("context_channels", config.ContextChannels);
            var steps = Number("forecast_steps") ?? config.ForecastSteps;
            return config with { ForecastSteps = steps, SpatialFrames = Math.Min(config.SpatialFrames, Math.Max(1, steps)) };

            int? Number(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt32() : null;

            void Agree(string name, int found)
            {
                if (Number(name) is { } said && said != found)
                {
                    throw new CheckpointException(path, name, $"says {said}, but the tensors of {source.Path} have {found}");
                }
            }
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or FormatException)
        {
            throw new CheckpointException(path, null, "is not the JSON object of a model's settings", error);
        }
    }

    private static int SizeOf(ICheckpoint source, string name, int axis) =>
        source.Tensors.TryGetValue(name, out var info) && info.Shape.Count > axis && info.Shape[axis] is >= 0 and <= 1 << 24
            ? (int)info.Shape[axis]
            : throw new CheckpointException(source.Path, name, "is not there or has no such axis, so this is no DGMR of a known layout");
}
