using System.Runtime.InteropServices;
using Deep.Tensors;

namespace Deep.Training;

// C channels, H x W pixels

/// <summary>Normalises a picture and writes it with the channels of a pixel side by side, in a network's precision.</summary>
internal sealed class PixelWriter
{
    private readonly int _channels;
    private readonly int _plane;
    private readonly Precision _precision;
    private readonly float[] _scale;
    private readonly float[] _shift;
    private readonly float[] _levels;
    private readonly ushort[] _halves;

    public PixelWriter(PictureShape shape, PictureNormalization normalization, Precision precision)
    {
        normalization.Require(shape.Channels);
        (_channels, _plane, _precision) = (shape.Channels, shape.Height * shape.Width, precision);
        ElementBytes = precision == Precision.Float32 ? sizeof(float) : sizeof(ushort);
        (_scale, _shift) = (normalization.Scale(), normalization.Shift());
        _levels = new float[256 * _channels];
        for (var i = 0; i < _levels.Length; i++)
        {
            _levels[i] = ((i % 256) * _scale[i / 256]) - _shift[i / 256];
        }

        _halves = precision == Precision.Float32 ? [] : [.. _levels.Select(Narrow)];
    }

    public int ElementBytes { get; }

    /// <summary>Writes a picture of bytes.</summary>
    public void Write(ReadOnlySpan<byte> picture, Span<byte> target)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var plane = picture.Slice(channel * _plane, _plane);
            if (_precision == Precision.Float32)
            {
                var levels = _levels.AsSpan(channel * 256, 256);
                var numbers = MemoryMarshal.Cast<byte, float>(target);
                for (int i = 0, to = channel; i < plane.Length; i++, to += _channels)
                {
                    numbers[to] = levels[plane[i]];
                }
            }
            else
            {
                var halves = _halves.AsSpan(channel * 256, 256);
                var numbers = MemoryMarshal.Cast<byte, ushort>(target);
                for (int i = 0, to = channel; i < plane.Length; i++, to += _channels)
                {
                    numbers[to] = halves[plane[i]];
                }
            }
        }
    }

    /// <summary>Writes a picture on the scale of bytes; the picture is overwritten.</summary>
    public void Write(Span<float> picture, Span<byte> target)
    {
        for (var channel = 0; channel < _channels; channel++)
        {
            var (scale, shift) = (_scale[channel], _shift[channel]);
            var plane = picture.Slice(channel * _plane, _plane);
            if (_precision == Precision.Float32)
            {
                var numbers = MemoryMarshal.Cast<byte, float>(target);
                for (int i = 0, to = channel; i < plane.Length; i++, to += _channels)
                {
                    numbers[to] = (plane[i] * scale) - shift;
                }
            }
            else
            {
                var numbers = MemoryMarshal.Cast<byte, ushort>(target);
                for (int i = 0, to = channel; i < plane.Length; i++, to += _channels)
                {
                    numbers[to] = Narrow((plane[i] * scale) - shift);
                }
            }
        }
    }

    // To the nearest, and to the even one of two.
    private ushort Narrow(float number)
    {
        if (_precision == Precision.Float16)
        {
            return BitConverter.HalfToUInt16Bits((Half)number);
        }

        var bits = BitConverter.SingleToUInt32Bits(number);
        return (ushort)((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16);
    }
}
