namespace Deep.Training;

// C channels, H x W pixels

/// <summary>
/// A random change of one picture, in place, whose draws come from a state that belongs to that picture alone.
/// </summary>
public interface IPictureAugmentation
{
    /// <summary>Changes a picture.</summary>
    /// <param name="picture">C · H · W bytes, channel by channel, row by row.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <param name="random">The state of this picture, epoch and copy.</param>
    void Apply(Span<byte> picture, int height, int width, RandomState random);
}
