using Deep.Media;

namespace Deep.Training;

// K copies, C channels, H x W pixels

/// <summary>Labelled pictures that are read one at a time: from memory, from files, from anywhere.</summary>
/// <remarks>
/// A picture's number never changes its meaning: batches are functions of it. All members must be safe to call from many
/// threads at once.
/// </remarks>
public interface IPictureSource
{
    /// <summary>The number of pictures, 1 or more.</summary>
    int Count { get; }

    /// <summary>C.</summary>
    int Channels { get; }

    /// <summary>The size that all pictures have; null where they differ, so that a fit is needed.</summary>
    (int Height, int Width)? Size { get; }

    /// <summary>The names of the classes in the order of their indices.</summary>
    IReadOnlyList<string> Classes { get; }

    /// <summary>The class index of each picture.</summary>
    ReadOnlySpan<int> Labels { get; }

    /// <summary>What a picture is called in messages, such as its path.</summary>
    /// <param name="index">0 to below <see cref="Count"/>.</param>
    string NameOf(int index);

    /// <summary>Reads a picture once and writes a version of it for each copy.</summary>
    /// <param name="index">0 to below <see cref="Count"/>.</param>
    /// <param name="fit">What brings it to the size of a batch; null to take it as it is.</param>
    /// <param name="copies">The random state of each of K copies, handed to the fit.</param>
    /// <param name="pictures">K · C · H · W bytes: copy by copy, channel by channel, row by row.</param>
    /// <exception cref="MediaException">The picture cannot be read; the message names it.</exception>
    void Read(int index, IPictureFit? fit, ReadOnlySpan<RandomState> copies, Span<byte> pictures);
}
