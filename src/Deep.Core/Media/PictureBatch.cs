using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Media;

/// <summary>Pictures of one size as one tensor.</summary>
public static class PictureBatch
{
    /// <summary>Stacks pictures of equal size, each written straight into its place.</summary>
    /// <param name="pictures">N pictures of H x W, at least one.</param>
    /// <returns>[N, 3, H, W], uint8, on the CPU. The caller disposes it.</returns>
    /// <exception cref="ShapeException">There are no pictures or their sizes differ.</exception>
    public static Tensor Stack(IReadOnlyList<Picture> pictures)
    {
        ArgumentNullException.ThrowIfNull(pictures);
        if (pictures.Count == 0)
        {
            throw new ShapeException("A batch needs at least one picture.");
        }

        var (width, height) = (pictures[0].Width, pictures[0].Height);
        for (var n = 1; n < pictures.Count; n++)
        {
            if (pictures[n].Width != width || pictures[n].Height != height)
            {
                throw new ShapeException(
                    $"The pictures of a batch have one size, but picture 0 is {width} x {height} "
                    + $"and picture {n} is {pictures[n].Width} x {pictures[n].Height}.");
            }
        }

        using var scope = NewDisposeScope();
        var batch = empty([pictures.Count, 3, height, width], uint8);
        for (var n = 0; n < pictures.Count; n++)
        {
            // One picture at a time: a whole batch may have more bytes than a span can.
            pictures[n].CopyPlanesTo(batch[n].bytes);
        }

        return batch.MoveToOuterDisposeScope();
    }
}
