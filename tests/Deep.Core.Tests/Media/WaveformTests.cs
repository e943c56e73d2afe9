using System.Buffers.Binary;
using Deep.Media;

namespace Deep.Tests.Media;

public sealed class WaveformTests
{
    private static readonly float[] Ramp = [.. Enumerable.Range(-8, 16).Select(i => i / 8f)];

    [Fact]
    public void Sixteen_bits_come_back_as_they_were()
    {
        var sound = Waveform.Open(new Waveform(8000, 2, Ramp).Encode());
        Assert.Equal((8000, 2, 8), (sound.SampleRate, sound.Channels, sound.Length));
        Assert.Equal(Ramp, sound.Samples.ToArray());
        Assert.Equal(0.9999f, Waveform.Open(new Waveform(1, 1, [7f]).Encode()).Samples[0], 1e-4f);
    }

    [Theory]
    [InlineData(1, 8)]
    [InlineData(1, 24)]
    [InlineData(1, 32)]
    [InlineData(3, 32)]
    [InlineData(3, 64)]
    public void Other_widths_and_the_extensible_form_are_read(int code, int bits)
    {
        foreach (var extensible in new[] { false, true })
        {
            Assert.Equal(Ramp, Waveform.Open(Wave(code, bits, extensible)).Samples.ToArray());
        }
    }

    [Fact]
    public void A_cut_or_foreign_file_is_one_error()
    {
        var good = new Waveform(8000, 1, Ramp).Encode();
        for (var length = 0; length < good.Length; length++)
        {
            Assert.Throws<MediaException>(() => Waveform.Open(good.AsSpan(0, length)));
        }

        var random = new Random(1);
        for (var i = 0; i < 2000; i++)
        {
            var damaged = good.ToArray();
            damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            damaged[random.Next(44)] = (byte)random.Next(256);
            try
            {
                Waveform.Open(damaged);
            }
            catch (MediaException)
            {
            }
        }

        Assert.Throws<MediaException>(() => Waveform.Open("no-such.wav"));
        Assert.Throws<MediaException>(() => Waveform.Open(Wave(3, 32, false, float.NaN)));
    }

    [Fact]
    public void Chunks_before_the_samples_are_passed_over()
    {
        var good = new Waveform(8000, 1, Ramp).Encode();
        byte[] extra = [.. "LIST"u8, 3, 0, 0, 0, 1, 2, 3, 0];
        Assert.Equal(Ramp, Waveform.Open([.. good[..36], .. extra, .. good[36..]]).Samples.ToArray());
    }

    [Fact]
    public void Channels_are_mixed_and_parts_are_cut()
    {
        var stereo = new Waveform(10, 2, [0, 1, 0.5f, 0.5f, -1, 1]);
        Assert.Equal([0.5f, 0.5f, 0], stereo.ToMono().Samples.ToArray());
        Assert.Equal([0.5f, 0.5f], stereo.Cut(1, 1).Samples.ToArray());
        Assert.Throws<ShapeException>(() => stereo.Cut(2, 2));
        Assert.Throws<ShapeException>(() => new Waveform(10, 2, new float[3]));
        Assert.Throws<ShapeException>(() => new Waveform(0, 1, new float[3]));
    }

    private static byte[] Wave(int code, int bits, bool extensible, float? only = null)
    {
        float[] samples = only is { } one ? [one] : Ramp;
        var (format, data) = (new byte[extensible ? 40 : 16], new byte[samples.Length * bits / 8]);
        BinaryPrimitives.WriteUInt16LittleEndian(format, (ushort)(extensible ? 0xFFFE : code));
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(2), 1);
        BinaryPrimitives.WriteUInt32LittleEndian(format.AsSpan(4), 44100);
        BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(14), (ushort)bits);
        if (extensible)
        {
            BinaryPrimitives.WriteUInt16LittleEndian(format.AsSpan(24), (ushort)code);
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var place = data.AsSpan(i * bits / 8, bits / 8);
            switch (code, bits)
            {
                case (3, 32): BinaryPrimitives.WriteSingleLittleEndian(place, samples[i]); break;
                case (3, _): BinaryPrimitives.WriteDoubleLittleEndian(place, samples[i]); break;
                case (_, 8): place[0] = (byte)(128 + (samples[i] * 128)); break;
                case (_, 24):
                    var level = (int)(samples[i] * (1 << 23));
                    (place[0], place[1], place[2]) = ((byte)level, (byte)(level >> 8), (byte)(level >> 16));
                    break;
                default: BinaryPrimitives.WriteInt32LittleEndian(place, (int)Math.Min(samples[i] * 2147483648.0, int.MaxValue)); break;
            }
        }

        return [.. "RIFF"u8, .. Size(20 + format.Length + data.Length), .. "WAVE"u8, .. "fmt "u8, .. Size(format.Length), .. format,
            .. "data"u8, .. Size(data.Length), .. data];

        static byte[] Size(int size) => BitConverter.GetBytes(size);
    }
}
