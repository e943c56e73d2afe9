namespace Deep.Perceivers;

/// <summary>Sound [B, samples] or [B, samples, 1] cut into patches of consecutive samples.</summary>
public sealed record AudioConfig : PreprocessorConfig
{
    /// <summary>Samples of a patch. Default 96, DeepMind's; the released autoencoder has 16.</summary>
    public int SamplesPerPatch { get; init; } = 96;

    /// <inheritdoc/>
    public override int FeatureChannels => SamplesPerPatch;

    internal override int? Axes => 1;

    internal override void Validate(string setting)
    {
        AtLeastOne(SamplesPerPatch, $"{setting}.{nameof(SamplesPerPatch)}");
        base.Validate(setting);
    }
}
