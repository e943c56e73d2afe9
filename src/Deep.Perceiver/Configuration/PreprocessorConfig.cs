using System.Text.Json.Serialization;

namespace Deep.Perceivers;

/// <summary>How an input becomes the byte array [B, M, C] that the encoder attends to (Perceiver, section 3).</summary>
/// <remarks>
/// The kinds: <see cref="GridConfig"/> for arrays of any shape, <see cref="PixelsConfig"/>, <see cref="ConvConfig"/>,
/// <see cref="Conv1x1Config"/> and <see cref="PatchesConfig"/> for pictures and video, <see cref="AudioConfig"/>,
/// <see cref="OneHotConfig"/>, <see cref="TextConfig"/>, <see cref="PointsConfig"/>, and <see cref="MultimodalConfig"/> for
/// several of these.
/// </remarks>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(GridConfig), "grid")]
[JsonDerivedType(typeof(PixelsConfig), "pixels")]
[JsonDerivedType(typeof(ConvConfig), "conv")]
[JsonDerivedType(typeof(Conv1x1Config), "conv1x1")]
[JsonDerivedType(typeof(PatchesConfig), "patches")]
[JsonDerivedType(typeof(AudioConfig), "audio")]
[JsonDerivedType(typeof(OneHotConfig), "one_hot")]
[JsonDerivedType(typeof(TextConfig), "text")]
[JsonDerivedType(typeof(PointsConfig), "points")]
[JsonDerivedType(typeof(MultimodalConfig), "multimodal")]
public abstract record PreprocessorConfig
{
    /// <summary>Position encodings of the rows; null, the default: none.</summary>
    public PositionConfig? Positions { get; init; }

    /// <summary>Channels of a row before positions join.</summary>
    public abstract int FeatureChannels { get; }

    /// <summary>C, the channels of a row of the byte array.</summary>
    public virtual int Channels => FeatureChannels + (Positions is { Join: PositionJoin.Concatenate } p ? p.Channels : 0);

    /// <summary>Axes that the rows are arranged in before they are flattened; null: any number.</summary>
    internal abstract int? Axes { get; }

    internal virtual void Validate(string setting)
    {
        Positions?.Validate($"{setting}.{nameof(Positions)}");
        Require.That(Positions is null || Axes is null || Positions.Axes == Axes, $"{setting}.{nameof(Positions)}",
            $"positions of {Axes} axes", $"{Positions?.Axes} axes");
        Require.That(Positions is not { Join: PositionJoin.Add } || Positions.Channels == FeatureChannels,
            $"{setting}.{nameof(Positions)}", $"of {FeatureChannels} channels, which can be added to the features", Positions?.Channels);
    }

    private protected static void AtLeastOne(int value, string setting) => Require.That(value >= 1, setting, "1 or more", value);
}
