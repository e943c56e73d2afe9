namespace Deep.Perceivers;

/// <summary>What clips an autoencoder of video was made for.</summary>
/// <param name="Frames">T.</param>
/// <param name="Size">Side of the square frames in pixels.</param>
/// <param name="Samples">S, samples of sound; 0: none.</param>
/// <param name="SamplesPerQuery">Samples that one audio query answers.</param>
/// <param name="Classes">K, classes of the label; 0: none.</param>
internal sealed record ClipShape(int Frames, int Size, int Samples, int SamplesPerQuery, int Classes)
{
    public const string Image = "image";
    public const string Audio = "audio";
    public const string Label = "label";

    /// <summary>The shape that a configuration says.</summary>
    /// <exception cref="ConfigurationException">The network is no autoencoder of video.</exception>
    public static ClipShape Of(PerceiverConfig config)
    {
        var inputs = (config.Preprocessor as MultimodalConfig)?.Modalities;
        var queries = (config.Decoder as MultimodalDecoderConfig)?.Modalities;
        var outputs = (config.Postprocessor as MultimodalOutputConfig)?.Modalities;
        var video = queries?.GetValueOrDefault(Image)?.Shape;
        Require.That(
            inputs is not null && queries is not null && outputs is not null && video is { Count: 3 }
                && video[1] == video[2] && inputs.GetValueOrDefault(Image) is PatchesConfig { Video: true, InputChannels: 3 }
                && outputs.ContainsKey(Image) && inputs.Keys.Concat(queries.Keys).All(name => name is Image or Audio or Label),
            "PerceiverConfig", $"an autoencoder of {Image} (video), {Audio} and {Label}", config.Name);
        var perQuery = (outputs.GetValueOrDefault(Audio) as AudioOutputConfig)?.SamplesPerPatch ?? 0;
        var samples = (int)(queries.GetValueOrDefault(Audio)?.Count ?? 0) * perQuery;
        Require.That(inputs.ContainsKey(Audio) == samples > 0, "PerceiverConfig", "with sound both as input and output, or neither", config.Name);
        var classes = (inputs.GetValueOrDefault(Label) as OneHotConfig)?.Classes ?? 0;
        return new ClipShape(video[0], video[1], samples, perQuery, classes);
    }
}
