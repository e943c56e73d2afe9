namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Lays a square of one value over a picture at a random place (1708.04552).</summary>
/// <remarks>
/// The centre is any pixel, each equally likely, so that at an edge only a part of the square shows. Immutable, safe for
/// many threads.
/// </remarks>
public sealed record Cutout : IPictureAugmentation
{
    /// <summary>The side in pixels, 2 or more and even; the paper's is 16 for CIFAR-10 and 8 for CIFAR-100.</summary>
    public int Side { get; init; } = 16;

    /// <summary>The value of the square; 0, black, by default.</summary>
    public byte Fill { get; init; }

    /// <summary>From 0 to 1, default 1.</summary>
    public double Probability { get; init; } = 1;

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">A setting is out of its range.</exception>
    /// <exception cref="ShapeException">The bytes are not whole channels.</exception>
    public void Apply(Span<byte> picture, int height, int width, RandomState random)
    {
        ArgumentNullException.ThrowIfNull(random);
        if (Side < 2 || Side % 2 != 0)
        {
            throw new ConfigurationException("Cutout.Side", "an even number of 2 or more", Side);
        }

        if (Probability is not (>= 0 and <= 1))
        {
            throw new ConfigurationException("Cutout.Probability", "a number from 0 to 1", Probability);
        }

        Planes.Channels(picture, height, width);
        if (random.NextBoolean(Probability))
        {
            var (y, x) = (random.NextInt32(height), random.NextInt32(width));
            GeometricOperations.Cut(picture, height, width, y, x, Side / 2, Fill);
        }
    }
}
