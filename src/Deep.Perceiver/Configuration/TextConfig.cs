namespace Deep.Perceivers;

/// <summary>Token or byte ids [B, M] (int64) as learned embeddings. Published models add learned positions.</summary>
public sealed record TextConfig : PreprocessorConfig
{
    /// <summary>Ids, from 0. Default 262: 256 bytes and 6 special ones.</summary>
    public int Vocabulary { get; init; } = 262;

    /// <summary>Channels of an embedding. Default 768.</summary>
    public int Width { get; init; } = 768;

    /// <summary>Longest text, in ids. Default 2048.</summary>
    public int MaxLength { get; init; } = 2048;

    /// <inheritdoc/>
    public override int FeatureChannels => Width;

    internal override int? Axes => 1;

    /// <summary>Text with learned positions, added, as the language models of Perceiver IO have it.</summary>
    /// <param name="width">Channels of an embedding.</param>
    /// <param name="maxLength">Longest text, in ids.</param>
    /// <param name="vocabulary">Ids.</param>
    /// <returns>The configuration.</returns>
    public static TextConfig WithLearnedPositions(int width = 768, int maxLength = 2048, int vocabulary = 262) => new()
    {
        Vocabulary = vocabulary,
        Width = width,
        MaxLength = maxLength,
        Positions = new LearnedConfig { Shape = [maxLength], Width = width, Join = PositionJoin.Add, Interpolates = false },
    };

    internal override void Validate(string setting)
    {
        AtLeastOne(Vocabulary, $"{setting}.{nameof(Vocabulary)}");
        AtLeastOne(Width, $"{setting}.{nameof(Width)}");
        AtLeastOne(MaxLength, $"{setting}.{nameof(MaxLength)}");
        base.Validate(setting);
    }
}
