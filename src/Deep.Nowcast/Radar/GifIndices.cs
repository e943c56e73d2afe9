using System.Text;

namespace Deep.Nowcast;

/// <summary>The first picture of a GIF as palette indices, and the comments before it.</summary>
/// <remarks>
/// In radar pictures the index is the measurement; usual decoders give colours, and two indices may have one colour. The
/// decoder never makes more indices than the picture has cells and never reads beyond the file.
/// </remarks>
internal static class GifIndices
{
    private const int MaxCodes = 4096;

    /// <summary>Whether the bytes begin as a GIF does.</summary>
    public static bool Begins(ReadOnlySpan<byte> head) => head.StartsWith("GIF89a"u8) || head.StartsWith("GIF87a"u8);

    /// <summary>The size, the comments, and where the picture's data begins.</summary>
    public static (int Height, int Width, string Comment, int Data) Header(RadarBytes file)
    {
        var bytes = file.Content;
        var place = 13 + (Need(10) is var flags && (flags & 0x80) != 0 ? 3 << ((flags & 7) + 1) : 0);
        var comment = new StringBuilder();
        while (true)
        {
            switch (Need(place))
            {
                case 0x21:
                    var isComment = Need(place + 1) == 0xFE;
                    place += 2;
                    for (int size; (size = Need(place)) > 0; place += size + 1)
                    {
                        if (isComment && place + size < bytes.Length && comment.Length < 1 << 16)
                        {
                            comment.Append(Encoding.Latin1.GetString(bytes, place + 1, size));
                        }
                    }

                    place++;
                    break;
                case 0x2C:
                    var (left, top) = (Need(place + 1) | (Need(place + 2) << 8), Need(place + 3) | (Need(place + 4) << 8));
                    var (width, height) = (Need(place + 5) | (Need(place + 6) << 8), Need(place + 7) | (Need(place + 8) << 8));
                    var local = Need(place + 9);
                    if (left != 0 || top != 0 || (local & 0x40) != 0)
                    {
                        throw file.Error("the picture is interlaced or does not fill its screen.");
                    }

                    return (height, width, comment.ToString(),
                        place + 10 + ((local & 0x80) != 0 ? 3 << ((local & 7) + 1) : 0));
                default:
                    throw file.Error("the GIF has no picture.");
            }
        }

        int Need(int at) => at < bytes.Length ? bytes[at] : throw file.Error("the GIF ends too early.");
    }

    /// <summary>Decodes the LZW data of the picture.</summary>
    /// <param name="file">The file.</param>
    /// <param name="data">Where the data begins.</param>
    /// <param name="count">How many indices the picture has.</param>
    public static byte[] Decode(RadarBytes file, int data, int count)
    {
        var bytes = file.Content;
        var minimum = data < bytes.Length ? bytes[data] : 0;
        if (minimum is < 2 or > 8)
        {
            throw file.Error("the GIF's data has no valid code size.");
        }

        var indices = new byte[count];
        var prefix = new short[MaxCodes];
        var suffix = new byte[MaxCodes];
        var lengths = new int[MaxCodes];
        var (clear, end) = (1 << minimum, (1 << minimum) + 1);
        for (var i = 0; i < clear; i++)
        {
            (suffix[i], lengths[i]) = ((byte)i, 1);
        }

        var (next, width, previous, written) = (end + 1, minimum + 1, -1, 0);
        var (place, left, bits, held) = (data + 1, 0, 0u, 0);
        while (written < count)
        {
            while (held < width)
            {
                if (left == 0)
                {
                    left = place < bytes.Length ? bytes[place++] : 0;
                    if (left == 0)
                    {
                        throw file.Error($"the GIF's data ends after {written} of {count} cells.");
                    }
                }

                if (place >= bytes.Length)
                {
                    throw file.Error($"the GIF's data ends after {written} of {count} cells.");
                }

                bits |= (uint)bytes[place++] << held;
                (held, left) = (held + 8, left - 1);
            }

            var code = (int)(bits & ((1u << width) - 1));
            (bits, held) = (bits >> width, held - width);
            if (code == clear)
            {
                (next, width, previous) = (end + 1, minimum + 1, -1);
                continue;
            }

            if (code == end || code > next || (code == next && previous < 0) || (code > end && previous < 0))
            {
                throw file.Error($"the GIF's data is damaged after {written} of {count} cells.");
            }

            // A code that is just being defined stands for the one before it and that one's own first index.
            var known = code < next ? code : previous;
            var length = lengths[known] + (code < next ? 0 : 1);
            var at = written + lengths[known] - 1;
            var first = suffix[known];
            for (var link = known; ; link = prefix[link], at--)
            {
                first = suffix[link];
                if (at < count)
                {
                    indices[at] = first;
                }

                if (lengths[link] == 1)
                {
                    break;
                }
            }

            if (code >= next && written + length - 1 < count)
            {
                indices[written + length - 1] = first;
            }

            written += length;
            if (previous >= 0 && next < MaxCodes)
            {
                (prefix[next], suffix[next], lengths[next]) = ((short)previous, first, lengths[previous] + 1);
                next++;
                if (next == 1 << width && width < 12)
                {
                    width++;
                }
            }

            previous = code;
        }

        return indices;
    }
}
