namespace Deep.Perceivers;

/// <summary>Learned encodings, one for each cell of a grid (Perceiver IO, section 3.2).</summary>
public sealed record LearnedConfig : PositionConfig
{
    /// <summary>Cells along each axis of the grid that is learned.</summary>
    public required IReadOnlyList<int> Shape { get; init; }

    /// <summary>Channels of a cell's encoding.</summary>
    public required int Width { get; init; }

    /// <summary>
    /// True, the default: a grid of other sizes is interpolated (linear, bicubic or trilinear). False: a sequence takes
    /// the first encodings, and may not be longer than <see cref="Shape"/> (text).
    /// </summary>
    public bool Interpolates { get; init; } = true;

    /// <summary>Standard deviation of fresh encodings, cut at two of them. Default 0.02.</summary>
    public double InitialScale { get; init; } = 0.02;

    /// <inheritdoc/>
    public override int Axes => Shape.Count;

    /// <inheritdoc/>
    public override int EncodingChannels => Width;

    /// <summary>Encodings that are learned.</summary>
    public int Count => Shape.Aggregate(1, (product, size) => product * size);

    internal override void Validate(string setting)
    {
        base.Validate(setting);
        Require.That(Width >= 1, $"{setting}.{nameof(Width)}", "1 or more", Width);
        Require.That(Shape is { Count: >= 1 and <= 3 } && Shape.All(s => s >= 1), $"{setting}.{nameof(Shape)}",
            "1 or more for each of one to three axes", Shape is null ? null : string.Join(" x ", Shape));
    }
}
