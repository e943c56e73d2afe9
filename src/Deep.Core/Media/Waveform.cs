using System.Buffers.Binary;
using Deep.Checkpoints;

namespace Deep.Media;

// S moments in time, C channels

/// <summary>Sound as samples in [-1, 1], read from and written to WAV files.</summary>
/// <remarks>
/// Reads RIFF WAV with integers of 8, 16, 24 or 32 bits or floats of 32 or 64, plain or extensible; other codings are
/// refused. Immutable and plain managed memory, safe to share between threads.
/// </remarks>
public sealed class Waveform
{
    private readonly float[] _samples;

    /// <summary>Sound over an array of samples.</summary>
    /// <param name="sampleRate">Moments in a second, 1 to 1,000,000.</param>
    /// <param name="channels">C, 1 to 64.</param>
    /// <param name="samples">S x C values; the waveform keeps the array: it must not be changed afterwards.</param>
    /// <exception cref="ShapeException">A number is out of its range, or a moment is not whole.</exception>
    public Waveform(int sampleRate, int channels, float[] samples)
    {
        ArgumentNullException.ThrowIfNull(samples);
        if (sampleRate is < 1 or > 1_000_000 || channels is < 1 or > 64 || samples.Length % channels != 0)
        {
            throw new ShapeException(
                $"Sound has 1 to 1000000 samples a second and 1 to 64 channels of equal length, "
                + $"but came with {sampleRate} a second and {samples.Length} samples in {channels} channels.");
        }

        (SampleRate, Channels, _samples) = (sampleRate, channels, samples);
    }

    /// <summary>Moments in a second.</summary>
    public int SampleRate { get; }

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>S.</summary>
    public int Length => _samples.Length / Channels;

    /// <summary>S x C values: the channels of a moment side by side.</summary>
    public ReadOnlySpan<float> Samples => _samples;

    /// <summary>Reads a WAV file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="limits">What it may cost (<see cref="MediaLimits.MaxEncodedBytes"/>); null: the default.</param>
    /// <exception cref="MediaException">
    /// The file cannot be read, is no WAV file, is cut, is coded in another way, or exceeds a limit.
    /// </exception>
    public static Waveform Open(string path, MediaLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= MediaLimits.Default;
        limits.Validate();
        using var encoded = EncodedBytes.Read(path, limits);
        return WaveReader.Read(encoded.Span, path);
    }

    /// <summary>Reads a WAV file in memory.</summary>
    /// <param name="encoded">The whole file.</param>
    /// <exception cref="MediaException">The bytes are no WAV file, are cut, or are coded in another way.</exception>
    public static Waveform Open(ReadOnlySpan<byte> encoded) => WaveReader.Read(encoded, "memory");

    /// <summary>The mean of the channels.</summary>
    /// <returns>One channel; this same sound where it has one.</returns>
    public Waveform ToMono()
    {
        if (Channels == 1)
        {
            return this;
        }

        var mean = new float[Length];
        for (var moment = 0; moment < mean.Length; moment++)
        {
            var sum = 0.0;
            foreach (var sample in _samples.AsSpan(moment * Channels, Channels))
            {
                sum += sample;
            }

            mean[moment] = (float)(sum / Channels);
        }

        return new Waveform(SampleRate, 1, mean);
    }

    /// <summary>A part of the sound.</summary>
    /// <param name="start">The first moment, from 0.</param>
    /// <param name="length">Moments, at least 0.</param>
    /// <exception cref="ShapeException">The part does not lie within the sound.</exception>
    public Waveform Cut(int start, int length)
    {
        if (start < 0 || length < 0 || length > Length - start)
        {
            throw new ShapeException(
                $"The {length} samples from {start} on do not lie within a sound of {Length} samples.");
        }

        return new Waveform(SampleRate, Channels, _samples[(start * Channels)..((start + length) * Channels)]);
    }

    /// <summary>Writes the sound as a WAV file of 16-bit integers, whole or not at all.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public void Save(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoded = Encode();
        try
        {
            AtomicFile.Write(path, file => file.Write(encoded));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be written: {error.Message}", error);
        }
    }

    /// <summary>The sound as a WAV file of 16-bit integers; samples beyond [-1, 1] are clipped.</summary>
    public byte[] Encode()
    {
        var data = checked(2 * _samples.Length);
        var wave = new byte[checked(44 + data)];
        "RIFF"u8.CopyTo(wave);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(4), 36 + data);
        "WAVEfmt "u8.CopyTo(wave.AsSpan(8));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(16), 16);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(20), 1);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(22), (short)Channels);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(24), SampleRate);
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(28), SampleRate * Channels * 2);
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(32), (short)(Channels * 2));
        BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(34), 16);
        "data"u8.CopyTo(wave.AsSpan(36));
        BinaryPrimitives.WriteInt32LittleEndian(wave.AsSpan(40), data);
        for (var i = 0; i < _samples.Length; i++)
        {
            var level = float.IsNaN(_samples[i]) ? 0 : Math.Clamp(Math.Round(_samples[i] * 32768.0), -32768, 32767);
            BinaryPrimitives.WriteInt16LittleEndian(wave.AsSpan(44 + (2 * i)), (short)level);
        }

        return wave;
    }
}
