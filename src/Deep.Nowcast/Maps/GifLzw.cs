namespace Deep.Nowcast;

/// <summary>The variable-length LZW code of GIF (GIF89a specification, appendix F), for 8-bit indices.</summary>
internal static class GifLzw
{
    private const int Clear = 256;
    private const int End = 257;
    private const int MaxCodes = 4096;
    private const int BlockBytes = 255;

    /// <summary>Writes the code size, the data in blocks, and the block that ends them.</summary>
    public static void Write(Stream file, ReadOnlySpan<byte> indices)
    {
        file.WriteByte(8);
        var codes = new CodeBlocks(file);
        var known = new Dictionary<int, int>(MaxCodes);
        var (next, width) = (End + 1, 9);
        codes.Add(Clear, width);
        var current = indices.Length > 0 ? indices[0] : -1;
        foreach (var index in indices.Length > 0 ? indices[1..] : indices)
        {
            if (known.TryGetValue((current << 8) | index, out var longer))
            {
                current = longer;
                continue;
            }

            codes.Add(current, width);
            known[(current << 8) | index] = next++;

            // The reader learns each code one step later, so the width grows when its own table is full.
            if (next > 1 << width && width < 12)
            {
                width++;
            }

            if (next >= MaxCodes)
            {
                codes.Add(Clear, width);
                known.Clear();
                (next, width) = (End + 1, 9);
            }

            current = index;
        }

        if (current >= 0)
        {
            codes.Add(current, width);

            // That code too made the reader's table longer.
            if (next >= 1 << width && width < 12)
            {
                width++;
            }
        }

        codes.Add(End, width);
        codes.Finish();
    }

    /// <summary>Codes of changing width as bytes in blocks of at most 255.</summary>
    private sealed class CodeBlocks(Stream file)
    {
        private readonly byte[] _block = new byte[BlockBytes];
        private int _bytes;
        private uint _bits;
        private int _held;

        public void Add(int code, int width)
        {
            _bits |= (uint)code << _held;
            for (_held += width; _held >= 8; _held -= 8, _bits >>= 8)
            {
                Byte((byte)_bits);
            }
        }

        public void Finish()
        {
            if (_held > 0)
            {
                Byte((byte)_bits);
            }

            Flush();
            file.WriteByte(0);
        }

        private void Byte(byte value)
        {
            _block[_bytes++] = value;
            if (_bytes == BlockBytes)
            {
                Flush();
            }
        }

        private void Flush()
        {
            if (_bytes > 0)
            {
                file.WriteByte((byte)_bytes);
                file.Write(_block, 0, _bytes);
                _bytes = 0;
            }
        }
    }
}
