namespace Deep.Perceivers;

/// <summary>
/// The queries of several outputs, padded to one width with learned vectors and asked together in one cross-attend, in the
/// order of their names (Perceiver IO, section 4.3; multitask queries of section 4.1).
/// </summary>
public sealed record MultimodalDecoderConfig : DecoderConfig
{
    /// <summary>The queries of each output by name.</summary>
    public required IReadOnlyDictionary<string, QueryConfig> Modalities { get; init; }

    /// <summary>Channels that the widest query is padded with; others with more. Default 2.</summary>
    public int MinPadding { get; init; } = 2;

    /// <summary>K, the channels of an output before postprocessing; null: the query's.</summary>
    public int? Outputs { get; init; }

    /// <summary>The names in the order of their queries.</summary>
    public IEnumerable<string> Names => Modalities.Keys.Order(StringComparer.Ordinal);

    /// <summary>E, the common width of the queries.</summary>
    public int Width => Modalities.Values.Max(m => m.Channels) + MinPadding;

    internal override int OutputChannels(PreprocessorConfig input) => Outputs ?? Width;

    internal override int QueryChannels(PreprocessorConfig input) => Width;

    internal override void Validate(string setting, PreprocessorConfig input)
    {
        base.Validate(setting, input);
        Require.That(Modalities is { Count: >= 1 }, $"{setting}.{nameof(Modalities)}", "one modality or more", Modalities?.Count);
        Require.That(MinPadding >= 0, $"{setting}.{nameof(MinPadding)}", "0 or more", MinPadding);
        Require.That(Outputs is null or > 0, $"{setting}.{nameof(Outputs)}", "1 or more, or null", Outputs);
        foreach (var (name, queries) in Modalities!)
        {
            var at = $"{setting}.{nameof(Modalities)}.{name}";
            Require.That(!string.IsNullOrWhiteSpace(name) && !name.Contains('.', StringComparison.Ordinal), at, "named, without a dot", name);
            Require.That(queries is not null, at, "given", null);
            queries.Validate(at);
        }
    }
}
