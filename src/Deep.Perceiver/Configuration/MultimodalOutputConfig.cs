namespace Deep.Perceivers;

/// <summary>One postprocessor for each output of a <see cref="MultimodalDecoderConfig"/>, by name.</summary>
public sealed record MultimodalOutputConfig : PostprocessorConfig
{
    /// <summary>The postprocessors; an output without one keeps its rows.</summary>
    public required IReadOnlyDictionary<string, PostprocessorConfig> Modalities { get; init; }

    internal override void Validate(string setting, PerceiverConfig config, int channels)
    {
        var names = (config.Decoder as MultimodalDecoderConfig)?.Modalities;
        Require.That(names is not null, setting, "another kind where the decoder has one output", nameof(MultimodalOutputConfig));
        Require.That(Modalities is { Count: >= 1 }, $"{setting}.{nameof(Modalities)}", "one modality or more", Modalities?.Count);
        foreach (var (name, output) in Modalities!)
        {
            var at = $"{setting}.{nameof(Modalities)}.{name}";
            Require.That(names.ContainsKey(name), at, $"one of the decoder's {string.Join(", ", names.Keys.Order(StringComparer.Ordinal))}", name);
            Require.That(output is not null and not MultimodalOutputConfig and not TiedEmbeddingConfig, at, "one output", output?.GetType().Name);
            output!.Validate(at, config, channels);
        }
    }
}
