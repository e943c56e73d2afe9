namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Mirrors a picture left to right with a probability.</summary>
/// <remarks>Immutable, safe for many threads.</remarks>
public sealed record HorizontalFlip : IPictureAugmentation
{
    /// <summary>The share of pictures that are mirrored, 0 to 1, default 0.5.</summary>
    public double Probability { get; init; } = 0.5;

    /// <inheritdoc/>
    public void Apply(Span<byte> picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Probability is not (>= 0 and <= 1))
        {
            throw new ConfigurationException("HorizontalFlip.Probability", "a number from 0 to 1", Probability);
        }

        if (random.NextBoolean(Probability))
        {
            Flip(picture, width);
        }
    }

    /// <summary>Mirrors each row; the explicit form of the random one.</summary>
    /// <param name="picture">C · H · W bytes, changed in place.</param>
    /// <param name="width">W.</param>
    /// <exception cref="ShapeException">The bytes are not whole rows.</exception>
    public static void Flip(Span<byte> picture, int width)
    {
        if (width < 1 || picture.Length % width != 0)
        {
            throw new ShapeException($"{picture.Length} bytes are not whole rows of {width}.");
        }

        for (var row = 0; row < picture.Length; row += width)
        {
            picture.Slice(row, width).Reverse();
        }
    }
}
