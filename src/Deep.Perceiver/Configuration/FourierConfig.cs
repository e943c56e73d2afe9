namespace Deep.Perceivers;

/// <summary>Fourier features of positions between -1 and 1 (Perceiver, section 3.2).</summary>
public sealed record FourierConfig : PositionConfig
{
    /// <summary>Frequencies K of each axis, evenly from 1 to half of <see cref="MaxResolution"/>.</summary>
    public required int Bands { get; init; }

    /// <summary>
    /// mu of each axis: the largest number of cells that the network is meant for, whatever the input's size is.
    /// </summary>
    public required IReadOnlyList<int> MaxResolution { get; init; }

    /// <summary>True, the default: the positions themselves are channels too.</summary>
    public bool ConcatPositions { get; init; } = true;

    /// <summary>True: sines alone. Default false.</summary>
    public bool SineOnly { get; init; }

    /// <summary>The order of the channels.</summary>
    public FourierOrder Order { get; init; }

    /// <inheritdoc/>
    public override int Axes => MaxResolution.Count;

    /// <summary>d (2K + 1) for d axes; less without positions or without cosines.</summary>
    public override int EncodingChannels => Axes * ((SineOnly ? Bands : 2 * Bands) + (ConcatPositions ? 1 : 0));

    internal override void Validate(string setting)
    {
        base.Validate(setting);
        Require.That(Bands >= 1, $"{setting}.{nameof(Bands)}", "1 or more", Bands);
        Require.That(MaxResolution is { Count: >= 1 } && MaxResolution.All(r => r >= 1), $"{setting}.{nameof(MaxResolution)}",
            "1 or more for each axis", MaxResolution is null ? null : string.Join(" x ", MaxResolution));
    }
}
