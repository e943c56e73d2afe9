using Deep.Media;

namespace Deep.Training;

// H x W pixels

/// <summary>Brings a picture of any size to the size of a batch, by fixed rules or by chance.</summary>
/// <remarks>Must be safe to call from many threads; what is random comes from the state alone.</remarks>
public interface IPictureFit
{
    /// <summary>H of the result.</summary>
    int Height { get; }

    /// <summary>W of the result.</summary>
    int Width { get; }

    /// <summary>The picture at the size of the batch.</summary>
    /// <param name="picture">A picture of any size; it is not changed.</param>
    /// <param name="random">The state of this picture, epoch and copy; its next draws are the augmentations'.</param>
    /// <returns>A picture of <see cref="Width"/> x <see cref="Height"/>.</returns>
    Picture Fit(Picture picture, RandomState random);
}
