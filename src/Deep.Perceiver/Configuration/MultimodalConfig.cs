namespace Deep.Perceivers;

/// <summary>
/// Several inputs at once, each under its name (Perceiver IO, section 4.3): each modality is preprocessed, padded to the
/// common width with a learned vector, and all rows stand after one another in the order of the names.
/// </summary>
public sealed record MultimodalConfig : PreprocessorConfig
{
    /// <summary>The modalities by name.</summary>
    public required IReadOnlyDictionary<string, PreprocessorConfig> Modalities { get; init; }

    /// <summary>Channels that the widest modality is padded with; others with more. Default 2.</summary>
    public int MinPadding { get; init; } = 2;

    /// <summary>
    /// Probability, by modality, that a row is replaced by the modality's learned mask token, in training and in
    /// evaluation alike; modalities that are not named: 0. Null, the default: there are no mask tokens.
    /// </summary>
    public IReadOnlyDictionary<string, double>? MaskProbabilities { get; init; }

    /// <summary>The names in the order of their rows.</summary>
    public IEnumerable<string> Names => Modalities.Keys.Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public override int FeatureChannels => Channels;

    /// <inheritdoc/>
    public override int Channels => Modalities.Values.Max(m => m.Channels) + MinPadding;

    internal override int? Axes => null;

    internal override void Validate(string setting)
    {
        Require.That(Modalities is { Count: >= 1 }, $"{setting}.{nameof(Modalities)}", "one modality or more", Modalities?.Count);
        Require.That(MinPadding >= 0, $"{setting}.{nameof(MinPadding)}", "0 or more", MinPadding);
        Require.That(Positions is null, $"{setting}.{nameof(Positions)}", "null: positions belong to the modalities", Positions);
        foreach (var (name, modality) in Modalities!)
        {
            var at = $"{setting}.{nameof(Modalities)}.{name}";
            Require.That(!string.IsNullOrWhiteSpace(name) && !name.Contains('.', StringComparison.Ordinal), at, "named, without a dot", name);
            Require.That(modality is not null and not MultimodalConfig, at, "one modality", modality?.GetType().Name);
            modality!.Validate(at);
        }

        foreach (var (name, probability) in MaskProbabilities ?? new Dictionary<string, double>())
        {
            var at = $"{setting}.{nameof(MaskProbabilities)}.{name}";
            Require.That(Modalities.ContainsKey(name), at, $"one of {string.Join(", ", Names)}", name);
            Require.That(probability is >= 0 and <= 1, at, "in [0, 1]", probability);
        }
    }
}
