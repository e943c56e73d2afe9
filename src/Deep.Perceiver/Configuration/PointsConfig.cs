namespace Deep.Perceivers;

/// <summary>Points in space: per-sample positions [B, M, axes], with or without features [B, M, features].</summary>
/// <remarks>
/// Without features the input is the positions themselves. With features the input is the features, and the positions
/// stand in <see cref="PerceiverInput.Positions"/>.
/// </remarks>
public sealed record PointsConfig : PreprocessorConfig
{
    /// <summary>Features of a point beside its position. Default 0.</summary>
    public int Features { get; init; }

    /// <inheritdoc/>
    public override int FeatureChannels => Features;

    internal override int? Axes => null;

    internal override void Validate(string setting)
    {
        Require.That(Features >= 0, $"{setting}.{nameof(Features)}", "0 or more", Features);
        Require.That(Positions is FourierConfig { Join: PositionJoin.Concatenate }, $"{setting}.{nameof(Positions)}",
            "Fourier features as further channels", Positions is null ? null : $"{Positions.GetType().Name}, {Positions.Join}");
        base.Validate(setting);
    }
}
