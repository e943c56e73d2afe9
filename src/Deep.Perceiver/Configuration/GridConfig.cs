namespace Deep.Perceivers;

/// <summary>Any array [B, n_1, ..., n_d, channels]: a sensor's readings, a table, features of another network.</summary>
/// <remarks>
/// The axes are flattened and positions join; without positions the array enters as it is. This is the preprocessor to
/// begin with for a kind of input that has none of its own.
/// </remarks>
public sealed record GridConfig : PreprocessorConfig
{
    /// <summary>Channels of a cell, 1 or more.</summary>
    public required int InputChannels { get; init; }

    /// <inheritdoc/>
    public override int FeatureChannels => InputChannels;

    internal override int? Axes => null;

    internal override void Validate(string setting)
    {
        AtLeastOne(InputChannels, $"{setting}.{nameof(InputChannels)}");
        base.Validate(setting);
    }
}
