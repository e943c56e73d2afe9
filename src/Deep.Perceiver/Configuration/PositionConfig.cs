using System.Text.Json.Serialization;

namespace Deep.Perceivers;

/// <summary>How positions are told to the network: <see cref="FourierConfig"/> or <see cref="LearnedConfig"/>.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "kind")]
[JsonDerivedType(typeof(FourierConfig), "fourier")]
[JsonDerivedType(typeof(LearnedConfig), "learned")]
public abstract record PositionConfig
{
    /// <summary>Channels after a linear projection of the encoding; null, the default: not projected.</summary>
    public int? Projection { get; init; }

    /// <summary>How the encoding meets the features. Default as further channels.</summary>
    public PositionJoin Join { get; init; }

    /// <summary>Axes of a position.</summary>
    public abstract int Axes { get; }

    /// <summary>Channels of the encoding before any projection.</summary>
    public abstract int EncodingChannels { get; }

    /// <summary>Channels that a position adds.</summary>
    public int Channels => Projection ?? EncodingChannels;

    internal virtual void Validate(string setting) =>
        Require.That(Projection is null or > 0, $"{setting}.{nameof(Projection)}", "1 or more, or null", Projection);
}
