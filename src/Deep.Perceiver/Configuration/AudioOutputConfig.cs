namespace Deep.Perceivers;

/// <summary>Samples of sound: each row is projected to a patch and the patches are joined, [B, O * samples].</summary>
public sealed record AudioOutputConfig : PostprocessorConfig
{
    /// <summary>Samples of a patch. Default 96, DeepMind's; the released autoencoder has 16.</summary>
    public int SamplesPerPatch { get; init; } = 96;

    internal override void Validate(string setting, PerceiverConfig config, int channels) =>
        Require.That(SamplesPerPatch >= 1, $"{setting}.{nameof(SamplesPerPatch)}", "1 or more", SamplesPerPatch);
}
