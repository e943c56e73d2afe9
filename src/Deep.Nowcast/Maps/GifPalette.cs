using Deep.Media;

namespace Deep.Nowcast;

/// <summary>At most 256 colours for all frames of an animation.</summary>
internal sealed class GifPalette
{
    private const int Size = 256;

    private readonly int[] _colours;
    private readonly Dictionary<int, byte> _indices = [];

    private GifPalette(int[] colours)
    {
        _colours = colours;
        for (var i = 0; i < colours.Length; i++)
        {
            _indices[colours[i]] = (byte)i;
        }
    }

    /// <summary>256 colours of three bytes.</summary>
    public byte[] Table
    {
        get
        {
            var table = new byte[Size * 3];
            for (var i = 0; i < _colours.Length; i++)
            {
                (table[3 * i], table[(3 * i) + 1], table[(3 * i) + 2]) =
                    ((byte)(_colours[i] >> 16), (byte)(_colours[i] >> 8), (byte)_colours[i]);
            }

            return table;
        }
    }

    /// <summary>The most frequent colours; of two as frequent the darker, so that equal pictures make equal files.</summary>
    public static GifPalette Of(IReadOnlyList<Picture> frames)
    {
        var counts = new Dictionary<int, long>();
        foreach (var frame in frames)
        {
            for (var i = 0; i < frame.Pixels.Length; i += 3)
            {
                var colour = At(frame.Pixels, i);
                counts[colour] = counts.GetValueOrDefault(colour) + 1;
            }
        }

        return new([.. counts.OrderByDescending(entry => entry.Value).ThenBy(entry => entry.Key).Take(Size).Select(entry => entry.Key)]);
    }

    /// <summary>The picture's pixels as indices; other colours take the nearest.</summary>
    public byte[] Indices(Picture frame)
    {
        var indices = new byte[frame.Width * frame.Height];
        for (var i = 0; i < indices.Length; i++)
        {
            var colour = At(frame.Pixels, 3 * i);
            if (!_indices.TryGetValue(colour, out var index))
            {
                _indices[colour] = index = Nearest(colour);
            }

            indices[i] = index;
        }

        return indices;
    }

    private byte Nearest(int colour)
    {
        var (best, least) = (0, int.MaxValue);
        for (var i = 0; i < _colours.Length; i++)
        {
            var (r, g, b) = (
                (colour >> 16) - (_colours[i] >> 16), ((colour >> 8) & 255) - ((_colours[i] >> 8) & 255),
                (colour & 255) - (_colours[i] & 255));
            var distance = (r * r) + (g * g) + (b * b);
            (best, least) = distance < least ? (i, distance) : (best, least);
        }

        return (byte)best;
    }

    private static int At(ReadOnlySpan<byte> rgb, int i) => (rgb[i] << 16) | (rgb[i + 1] << 8) | rgb[i + 2];
}
