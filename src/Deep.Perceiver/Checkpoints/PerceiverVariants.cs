using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>Finds out which network a checkpoint holds.</summary>
public static class PerceiverVariants
{
    /// <summary>The configurations whose weights are published.</summary>
    public static IReadOnlyList<PerceiverConfig> Published { get; } =
    [
        PerceiverConfig.LanguageBytes, PerceiverConfig.ImageNetLearned, PerceiverConfig.ImageNetFourier,
        PerceiverConfig.ImageNetConv, PerceiverConfig.OpticalFlow, PerceiverConfig.Multimodal,
    ];

    /// <summary>
    /// The configuration of a checkpoint: from its metadata, else from the config.json of Hugging Face or krasserm beside
    /// it, else the published configuration whose tensors it has.
    /// </summary>
    /// <remarks>
    /// What tensors cannot say is the source's (see <see cref="PerceiverLoadOptions"/>). Classes are those of the
    /// tensors.
    /// </remarks>
    /// <param name="source">The open checkpoint; no tensor is read.</param>
    /// <exception cref="CheckpointException">No published configuration has these tensors; one must be given.</exception>
    /// <exception cref="ConfigurationException">The stored configuration makes no network.</exception>
    public static PerceiverConfig ConfigOf(ICheckpoint source)
    {
        ArgumentNullException.ThrowIfNull(source);
        if (source.Metadata.TryGetValue(PerceiverCheckpoint.ConfigKey, out var json))
        {
            return PerceiverConfig.FromJson(json);
        }

        string[] theirs = [.. source.Tensors.Keys];
        var naming = PerceiverNames.NamingOf(theirs);
        if (naming == PerceiverNaming.HuggingFace && SettingsOf(source) is { } settings)
        {
            var described = HuggingFaceModels.Config(settings, settings.Architecture ?? ArchitectureOf(theirs));
            return WithClassesOf(source, described, naming, theirs);
        }

        if (naming == PerceiverNaming.Krasserm && SettingsOf(source) is { } wrapped && wrapped.Has(KrassermModels.Section))
        {
            return KrassermModels.Config(wrapped);
        }

        return Published.Select(published => Match(source, From(naming, published), naming, theirs))
            .FirstOrDefault(config => config is not null) ?? throw new CheckpointException(source.Path, null,
                $"no published Perceiver has these {source.Tensors.Count} tensors; give the configuration");
    }

    /// <summary>The configuration of a model of Hugging Face's from the text of its config.json.</summary>
    /// <param name="json">The text.</param>
    /// <param name="architecture">
    /// The model's class, such as <c>PerceiverForMaskedLM</c>; null: the first of the text's <c>architectures</c>.
    /// </param>
    /// <exception cref="ConfigurationException">
    /// The text is not JSON, or a setting is out of range or has no place in a Perceiver.
    /// </exception>
    public static PerceiverConfig FromHuggingFace(string json, string? architecture = null)
    {
        ArgumentNullException.ThrowIfNull(json);
        var settings = HuggingFaceSettings.Parse(json, "config.json");
        var config = HuggingFaceModels.Config(settings, architecture ?? settings.Architecture
            ?? throw new ConfigurationException("config.json: architectures", "the model's class", "nothing"));
        config.Validate();
        return config;
    }

    /// <summary>The number of classes that a configuration tells apart, or null where it does not classify.</summary>
    internal static int? ClassesOf(PerceiverConfig config) => (config.Decoder, config.Postprocessor) switch
    {
        (ClassificationDecoderConfig decoder, null) => decoder.Classes,
        (AverageProjectDecoderConfig decoder, null) => decoder.Classes,
        (_, ClassificationOutputConfig output) => output.Classes,
        (_, MultimodalOutputConfig outputs) =>
            outputs.Modalities.Values.OfType<ClassificationOutputConfig>().FirstOrDefault()?.Classes,
        _ => null,
    };

    /// <summary>Hugging Face's settings in the folder of a checkpoint, or null where there are none.</summary>
    internal static HuggingFaceSettings? SettingsOf(ICheckpoint source)
    {
        var path = File.Exists(source.Path)
            ? Path.Combine(Path.GetDirectoryName(Path.GetFullPath(source.Path)) ?? ".", "config.json")
            : null;
        return path is not null && File.Exists(path) && HuggingFaceSettings.ReadFile(path) is var settings
            && settings.Text("model_type", "perceiver").StartsWith("perceiver", StringComparison.Ordinal) ? settings : null;
    }

    private static string ArchitectureOf(string[] theirs)
    {
        bool Has(string end) => theirs.Any(name => name.EndsWith(end, StringComparison.Ordinal));
        return true switch
        {
            _ when Has("embedding_decoder.bias") => "PerceiverForMaskedLM",
            _ when Has("input_preprocessor.embeddings.weight") => "PerceiverForSequenceClassification",
            _ when Has("input_preprocessor.convnet_1x1.weight") => "PerceiverForImageClassificationLearned",
            _ when Has("input_preprocessor.convnet.conv.weight") => "PerceiverForImageClassificationConvProcessing",
            _ when Has("input_preprocessor.conv_after_patches.weight") => "PerceiverForOpticalFlow",
            _ when Has("input_preprocessor.padding.image") => "PerceiverForMultimodalAutoencoding",
            _ when Has("decoder.decoder.final_layer.weight") => "PerceiverForImageClassificationFourier",
            _ => "PerceiverModel",
        };
    }

    // What tensors cannot say, as the source computes it.
    private static PerceiverConfig From(PerceiverNaming naming, PerceiverConfig published) => naming switch
    {
        PerceiverNaming.Deep or PerceiverNaming.DeepMind => published,
        _ => published with
        {
            Gelu = GeluForm.Exact,
            MaskedRows = MaskedRows.Uniform,
            Decoder = published.Decoder switch
            {
                ClassificationDecoderConfig decoder => decoder with { UseQueryResidual = true },
                QueryDecoderConfig decoder => decoder with { InputMaskIsQueryMask = false },
                var other => other,
            },
        },
    };

    // The configuration with the file's classes, or null where any other shape differs.
    private static PerceiverConfig? Match(
        ICheckpoint source, PerceiverConfig published, PerceiverNaming naming, string[] theirs)
    {
        try
        {
            var config = WithClassesOf(source, published, naming, theirs);
            var shapes = PerceiverShapes.Of(config);
            var lines = PerceiverNames.Map(config, naming, [.. shapes.Keys], theirs, keepKernels: false).Mappings;
            return lines.Select(line => line.Theirs).Distinct().Count() == theirs.Length && lines.All(line => line.Ours is null
                || (source.Tensors.TryGetValue(line.Theirs, out var info)
                    && (line.Transform ?? TensorTransform.Identity).ApplyToShape(info.Shape) is { } found
                    && found.SequenceEqual(shapes[line.Ours]))) ? config : null;
        }
        catch (ConfigurationException)
        {
            // The convention has no place for this configuration, or it has none for the classes.
            return null;
        }
    }

    private static PerceiverConfig WithClassesOf(
        ICheckpoint source, PerceiverConfig config, PerceiverNaming naming, string[] theirs)
    {
        if (config.Decoder is not (ClassificationDecoderConfig or AverageProjectDecoderConfig))
        {
            return config;
        }

        var head = PerceiverNames.Map(config, naming, [.. PerceiverShapes.Of(config).Keys], theirs, keepKernels: false)
            .Mappings.First(line => line.Ours == "decoder.output.weight");
        var shape = source.Tensors.TryGetValue(head.Theirs, out var info)
            ? (head.Transform ?? TensorTransform.Identity).ApplyToShape(info.Shape) : null;
        return shape is not [> 0 and <= int.MaxValue, _] ? config : config with
        {
            Decoder = config.Decoder switch
            {
                ClassificationDecoderConfig decoder => decoder with { Classes = (int)shape[0] },
                AverageProjectDecoderConfig decoder => decoder with { Classes = (int)shape[0] },
                var other => other,
            },
        };
    }
}
