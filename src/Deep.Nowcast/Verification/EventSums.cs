using System.Numerics;

namespace Deep.Nowcast;

/// <summary>How many events lie in any window of a yes/no field, from sums of all rectangles that start at the first cell.</summary>
/// <remarks>A field is a list of whole numbers: −1, all bits, where the event is, and 0.</remarks>
internal sealed class EventSums(int height, int width)
{
    private readonly int[] sums = new int[(height + 1) * (width + 1)];
    private int[] strip = [];

    /// <summary>The events of the whole field.</summary>
    public int Total => sums[^1];

    /// <summary>Takes a field.</summary>
    public void Set(ReadOnlySpan<int> events)
    {
        for (var row = 0; row < height; row++)
        {
            var line = events.Slice(row * width, width);
            var above = sums.AsSpan((row * (width + 1)) + 1, width);
            var below = sums.AsSpan(((row + 1) * (width + 1)) + 1, width);
            var running = 0;
            for (var column = 0; column < line.Length; column++)
            {
                running -= line[column];
                below[column] = above[column] + running;
            }
        }
    }

    /// <summary>The events in the window around each cell of a row: from cell − scale / 2 on, so far as it lies in the field.</summary>
    public void Windows(int row, int scale, Span<int> counts)
    {
        // What stands left of the field has no event, what stands right of it no further one: no window needs to be cut.
        var length = width + 1 + (2 * scale);
        strip = strip.Length >= length ? strip : new int[length];
        var (first, half) = (Math.Max(row - (scale / 2), 0), scale / 2);
        var last = Math.Min(row - half + scale, height);
        strip.AsSpan(0, scale).Clear();
        Subtract(
            sums.AsSpan(last * (width + 1), width + 1), sums.AsSpan(first * (width + 1), width + 1), strip.AsSpan(scale, width + 1));
        strip.AsSpan(scale + width + 1, scale).Fill(strip[scale + width]);
        Subtract(strip.AsSpan((2 * scale) - half, width), strip.AsSpan(scale - half, width), counts);
    }

    private static void Subtract(ReadOnlySpan<int> left, ReadOnlySpan<int> right, Span<int> difference)
    {
        var i = 0;
        for (; i <= difference.Length - Vector<int>.Count; i += Vector<int>.Count)
        {
            (new Vector<int>(left[i..]) - new Vector<int>(right[i..])).CopyTo(difference[i..]);
        }

        for (; i < difference.Length; i++)
        {
            difference[i] = left[i] - right[i];
        }
    }
}
