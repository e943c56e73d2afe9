using BitMiracle.LibTiff.Classic;

namespace Deep.Nowcast;

/// <summary>Samples of TIFF files in memory; whatever is wrong becomes one error that names the file.</summary>
internal static class TiffSamples
{
    // The library reports to the console unless it is told otherwise, and has one place for that.
    static TiffSamples() => Tiff.SetErrorHandler(new Silence());

    /// <summary>Makes sure that the library writes nothing to the console.</summary>
    public static void Quiet()
    {
    }

    /// <summary>Opens the first picture.</summary>
    public static Tiff Open(RadarBytes file) => Guard(file, () =>
        Tiff.ClientOpen(file.Path, "r", new MemoryStream(file.Content, writable: false), new TiffStream()))
        ?? throw file.Error("the TIFF header is damaged.");

    /// <summary>Rows and columns.</summary>
    public static (int Height, int Width) Size(RadarBytes file, Tiff tiff)
    {
        var (height, width) = (Number(tiff, TiffTag.IMAGELENGTH, 0), Number(tiff, TiffTag.IMAGEWIDTH, 0));
        if (Number(tiff, TiffTag.SAMPLESPERPIXEL, 1) != 1)
        {
            throw file.Error($"it has {Number(tiff, TiffTag.SAMPLESPERPIXEL, 1)} samples a cell: colours are no measurements.");
        }

        return (height, width);
    }

    /// <summary>All samples, row major, each converted.</summary>
    public static float[] Read(
        RadarBytes file, Tiff tiff, int height, int width, long maxBytes, Func<double, float> convert)
    {
        var (decode, bytes) = Decoder(file, tiff);
        var values = new float[height * width];
        Guard(file, () =>
        {
            var (tiled, tall, wide) = tiff.IsTiled()
                ? (true, Number(tiff, TiffTag.TILELENGTH, 0), Number(tiff, TiffTag.TILEWIDTH, 0))
                : (false, Math.Min(height, Number(tiff, TiffTag.ROWSPERSTRIP, height)), width);
            var size = (long)tall * wide * bytes;
            if (tall < 1 || wide < 1 || size > Math.Min(maxBytes, Array.MaxLength))
            {
                throw file.Error($"its blocks are of {tall} x {wide} cells, which is not within the limits.");
            }

            var block = new byte[size];
            for (var top = 0; top < height; top += tall)
            {
                for (var left = 0; left < width; left += wide)
                {
                    var rows = Math.Min(tall, height - top);
                    var needed = tiled ? block.Length : rows * wide * bytes;
                    var read = tiled
                        ? tiff.ReadEncodedTile(tiff.ComputeTile(left, top, 0, 0), block, 0, block.Length)
                        : tiff.ReadEncodedStrip(tiff.ComputeStrip(top, 0), block, 0, needed);
                    if (read < needed)
                    {
                        throw file.Error($"the block at row {top}, column {left} is damaged or ends too early.");
                    }

                    Copy(top, left, rows, wide, block);
                }
            }

            return true;
        });
        return values;

        void Copy(int top, int left, int rows, int wide, byte[] block)
        {
            for (var row = 0; row < rows; row++)
            {
                for (var column = 0; column < Math.Min(wide, width - left); column++)
                {
                    values[((top + row) * width) + left + column] =
                        convert(decode(block.AsSpan(((row * wide) + column) * bytes)));
                }
            }
        }
    }

    /// <summary>The first number of a tag.</summary>
    public static int Number(Tiff tiff, TiffTag tag, int otherwise) =>
        tiff.GetFieldDefaulted(tag) is [var first, ..] ? first.ToInt() : otherwise;

    private delegate double SampleDecoder(ReadOnlySpan<byte> sample);

    private static (SampleDecoder Decode, int Bytes) Decoder(RadarBytes file, Tiff tiff)
    {
        var format = (SampleFormat)Number(tiff, TiffTag.SAMPLEFORMAT, (int)SampleFormat.UINT);
        var bits = Number(tiff, TiffTag.BITSPERSAMPLE, 1);
        SampleDecoder? decode = (format, bits) switch
        {
            (SampleFormat.UINT or SampleFormat.VOID, 8) => bytes => bytes[0],
            (SampleFormat.INT, 8) => bytes => (sbyte)bytes[0],
            (SampleFormat.UINT or SampleFormat.VOID, 16) => bytes => BitConverter.ToUInt16(bytes),
            (SampleFormat.INT, 16) => bytes => BitConverter.ToInt16(bytes),
            (SampleFormat.UINT, 32) => bytes => BitConverter.ToUInt32(bytes),
            (SampleFormat.INT, 32) => bytes => BitConverter.ToInt32(bytes),
            (SampleFormat.IEEEFP, 32) => bytes => BitConverter.ToSingle(bytes),
            (SampleFormat.IEEEFP, 64) => bytes => BitConverter.ToDouble(bytes),
            _ => null,
        };
        return decode is null
            ? throw file.Error($"samples of {bits} bits of the format {format} are not read.")
            : (decode, bits / 8);
    }

    private static T Guard<T>(RadarBytes file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (DeepException)
        {
            throw;
        }
#pragma warning disable CA1031 // The library throws whatever its parsing of a damaged file ends in.
        catch (Exception error)
#pragma warning restore CA1031
        {
            throw file.Error($"the TIFF structure is damaged: {error.Message}", error);
        }
    }

    private sealed class Silence : TiffErrorHandler
    {
        public override void ErrorHandler(Tiff tif, string module, string fmt, params object[] ap)
        {
        }

        public override void ErrorHandlerExt(Tiff tif, object clientData, string module, string fmt, params object[] ap)
        {
        }

        public override void WarningHandler(Tiff tif, string module, string fmt, params object[] ap)
        {
        }

        public override void WarningHandlerExt(Tiff tif, object clientData, string module, string fmt, params object[] ap)
        {
        }
    }
}
