using System.Buffers.Binary;

namespace Deep.Media;

/// <summary>The chunks of a RIFF WAV file to samples.</summary>
/// <remarks>Sizes in the file are only believed as far as there are bytes: nothing is allocated by a header alone.</remarks>
internal static class WaveReader
{
    private const int Integers = 1;
    private const int Floats = 3;
    private const int Extensible = 0xFFFE;

    /// <summary>The sound.</summary>
    public static Waveform Read(ReadOnlySpan<byte> wave, string source)
    {
        if (wave.Length < 12 || !wave.StartsWith("RIFF"u8) || !wave[8..12].SequenceEqual("WAVE"u8))
        {
            throw new MediaException(source, "the content is no RIFF WAV file.");
        }

        Format? format = null;
        for (var at = 12; at + 8 <= wave.Length;)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(wave[(at + 4)..]);
            var content = wave[(at + 8)..];
            if (wave.Slice(at, 4).SequenceEqual("fmt "u8) && size >= 16 && content.Length >= 16)
            {
                format = Format.Read(content[..(int)Math.Min(size, content.Length)], source);
            }
            else if (wave.Slice(at, 4).SequenceEqual("data"u8))
            {
                return Samples(content, size, format ?? throw Damaged("no format stands before the samples"), source);
            }

            // Chunks of odd size are followed by a byte of filling.
            at = (int)Math.Min(wave.Length, at + 8 + (long)size + (size & 1));
        }

        throw Damaged("it has no samples");

        MediaException Damaged(string reason) => new(source, $"the WAV file is damaged: {reason}.");
    }

    private static Waveform Samples(ReadOnlySpan<byte> content, uint size, Format format, string source)
    {
        if (size > content.Length)
        {
            throw new MediaException(
                source, $"the WAV file is cut: it declares {size} bytes of samples, but {content.Length} follow.");
        }

        var moment = format.Bytes * format.Channels;
        var samples = new float[size / (uint)moment * (uint)format.Channels];
        for (var i = 0; i < samples.Length; i++)
        {
            samples[i] = format.Sample(content[(i * format.Bytes)..]);
            if (!float.IsFinite(samples[i]))
            {
                throw new MediaException(source, "the WAV file is damaged: a sample is not finite.");
            }
        }

        return new Waveform(format.Rate, format.Channels, samples);
    }

    private readonly record struct Format(int Code, int Channels, int Rate, int Bytes)
    {
        public static Format Read(ReadOnlySpan<byte> chunk, string source)
        {
            var code = (int)BinaryPrimitives.ReadUInt16LittleEndian(chunk);
            if (code == Extensible && chunk.Length >= 26)
            {
                code = BinaryPrimitives.ReadUInt16LittleEndian(chunk[24..]);
            }

            var channels = BinaryPrimitives.ReadUInt16LittleEndian(chunk[2..]);
            var rate = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            var bits = BinaryPrimitives.ReadUInt16LittleEndian(chunk[14..]);
            var known = (code == Integers && bits is 8 or 16 or 24 or 32) || (code == Floats && bits is 32 or 64);
            if (!known || channels is < 1 or > 64 || rate is < 1 or > 1_000_000)
            {
                throw new MediaException(
                    source, $"the WAV file is of coding {code} with {bits} bits, {channels} channels and {rate} samples "
                    + "a second: read are integers of 8 to 32 and floats of 32 or 64 bits, 1 to 64 channels and 1 to "
                    + "1000000 samples a second.");
            }

            return new Format(code, channels, (int)rate, bits / 8);
        }

        public float Sample(ReadOnlySpan<byte> bytes) => (Code, Bytes) switch
        {
            (Floats, 4) => BinaryPrimitives.ReadSingleLittleEndian(bytes),
            (Floats, _) => (float)BinaryPrimitives.ReadDoubleLittleEndian(bytes),
            (_, 1) => (bytes[0] - 128) / 128f,
            (_, 2) => BinaryPrimitives.ReadInt16LittleEndian(bytes) / 32768f,
            (_, 3) => ((bytes[0] << 8 | bytes[1] << 16 | bytes[2] << 24) >> 8) / 8388608f,
            _ => BinaryPrimitives.ReadInt32LittleEndian(bytes) / 2147483648f,
        };
    }
}
