namespace Deep.Perceivers;

/// <summary>A label [B, classes], such as a one-hot vector, as a single row.</summary>
public sealed record OneHotConfig : PreprocessorConfig
{
    /// <summary>Classes, the length of the vector.</summary>
    public required int Classes { get; init; }

    /// <inheritdoc/>
    public override int FeatureChannels => Classes;

    internal override int? Axes => 1;

    internal override void Validate(string setting)
    {
        AtLeastOne(Classes, $"{setting}.{nameof(Classes)}");
        base.Validate(setting);
    }
}
