using System.Runtime.InteropServices;
using Deep.Media;
using TorchSharp;
using static TorchSharp.torch;

namespace Deep.Perceivers;

// T tiles, h x w a tile in pixels; 27 = 3 rows x 3 columns x 3 colours of a pixel's neighbourhood, in this order

/// <summary>What the flow model sees of two pictures: each pixel with its eight neighbours.</summary>
/// <remarks>
/// Colours are scaled to [-1, 1]. A neighbour outside of the tile is 0, also where the picture goes on: patches are
/// taken after the tile is cut, as the released model was trained.
/// </remarks>
public static class FlowPatches
{
    /// <summary>Channels of one frame: 3 x 3 pixels of 3 colours.</summary>
    public const int Channels = 27;

    /// <summary>The patches of some tiles of two pictures.</summary>
    /// <param name="first">The earlier picture.</param>
    /// <param name="second">The later picture, of the same size.</param>
    /// <param name="tiles">The tiles of pictures of that size.</param>
    /// <param name="chosen">Which of them, in order; null: all.</param>
    /// <param name="device">Where the result lies; null: the CPU.</param>
    /// <returns>[T, 2, 27, h, w], float32. The caller disposes it.</returns>
    /// <exception cref="ShapeException">The pictures' sizes differ from one another or from the tiles'.</exception>
    public static Tensor Of(
        Picture first, Picture second, FlowTiles tiles, IReadOnlyList<int>? chosen = null, Device? device = null)
    {
        ArgumentNullException.ThrowIfNull(tiles);
        Require(first, tiles);
        Require(second, tiles);
        chosen ??= [.. Enumerable.Range(0, tiles.Corners.Count)];
        using var scope = NewDisposeScope();
        var patches = zeros([chosen.Count, 2, Channels, tiles.TileHeight, tiles.TileWidth], float32);
        Span<float> levels = stackalloc float[256];
        for (var level = 0; level < levels.Length; level++)
        {
            levels[level] = (level / 255f * 2) - 1;
        }

        for (var t = 0; t < chosen.Count; t++)
        {
            var corner = tiles.Corners[chosen[t]];
            using var place = patches[t]; // one tile at a time: a whole batch may have more bytes than a span can
            var values = MemoryMarshal.Cast<byte, float>(place.bytes);
            Fill(values[..(values.Length / 2)], first, tiles, corner, levels);
            Fill(values[(values.Length / 2)..], second, tiles, corner, levels);
        }

        return (device is null ? patches : patches.to(device)).MoveToOuterDisposeScope();
    }

    private static void Require(Picture picture, FlowTiles tiles)
    {
        ArgumentNullException.ThrowIfNull(picture);
        if (picture.Width != tiles.Width || picture.Height != tiles.Height)
        {
            throw new ShapeException(
                $"Optical flow needs two pictures of {tiles.Width} x {tiles.Height} pixels, "
                + $"but one has {picture.Width} x {picture.Height}.");
        }
    }

    // Plane (row, column, colour) is the tile's colour plane, moved by one pixel or none in each direction.
    private static void Fill(
        Span<float> planes, Picture picture, FlowTiles tiles, (int Y, int X) corner, ReadOnlySpan<float> levels)
    {
        var (h, w) = (tiles.TileHeight, tiles.TileWidth);
        for (var channel = 0; channel < Channels; channel++)
        {
            var (dy, dx, colour) = ((channel / 9) - 1, (channel / 3 % 3) - 1, channel % 3);
            var plane = planes.Slice(channel * h * w, h * w);
            for (var y = Math.Max(0, -dy); y < Math.Min(h, h - dy); y++)
            {
                var row = picture.Pixels.Slice((((corner.Y + y + dy) * picture.Width) + corner.X) * 3, w * 3);
                for (var x = Math.Max(0, -dx); x < Math.Min(w, w - dx); x++)
                {
                    plane[(y * w) + x] = levels[row[((x + dx) * 3) + colour]];
                }
            }
        }
    }
}
