using System.Buffers;
using System.Runtime.InteropServices;
using SkiaSharp;

namespace Deep.Media;

/// <summary>An encoded picture to pixels, through SkiaSharp's codecs (which agree with Pillow's bit for bit).</summary>
/// <remarks>The order is the safety: length, magic bytes, header, limits, and only then memory for pixels.</remarks>
internal static class PictureDecoder
{
    private static ReadOnlySpan<byte> PngSignature => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A];

    private static ReadOnlySpan<byte> JpegSignature => [0xFF, 0xD8, 0xFF];

    /// <summary>The decoded picture, upright.</summary>
    public static Picture Decode(ReadOnlySpan<byte> encoded, string source, PictureDecoding decoding)
    {
        decoding.Limits.RequireEncodedBytes(encoded.Length, source);
        RequireKnownFormat(encoded, source);
        SkiaNative.Require(source);
        if (!decoding.AllowTruncated && encoded.StartsWith(JpegSignature) && !JpegScans.AreComplete(encoded))
        {
            throw new MediaException(
                source, "the picture is truncated: the progressive JPEG ends before its end marker.");
        }

        if (decoding.Background is not null
            || !encoded.StartsWith("GIF8"u8)
            || GifTransparency.Find(encoded) is not { } gif)
        {
            return Decode(encoded, source, decoding, outside: null);
        }

        if (gif.FlagAt < 0)
        {
            return Decode(encoded, source, decoding, gif.Outside);
        }

        var opaque = ArrayPool<byte>.Shared.Rent(encoded.Length);
        try
        {
            encoded.CopyTo(opaque);
            opaque[gif.FlagAt] &= 0xFE;
            return Decode(opaque.AsSpan(0, encoded.Length), source, decoding, gif.Outside);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(opaque);
        }
    }

    private static unsafe Picture Decode(
        ReadOnlySpan<byte> encoded, string source, PictureDecoding decoding, (byte Red, byte Green, byte Blue)? outside)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data)
                ?? throw new MediaException(
                    source, "the header of the picture is damaged, incomplete or of an unsupported kind.");
            decoding.Limits.RequireSize(codec.Info.Width, codec.Info.Height, source);
            return DecodePixels(codec, source, decoding, outside);
        }
    }

    private static unsafe Picture DecodePixels(
        SKCodec codec, string source, PictureDecoding decoding, (byte Red, byte Green, byte Blue)? outside)
    {
        // Unpremultiplied and without a colour space, so that no pixel is changed on its way.
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Unpremul);
        var pixels = (nuint)info.Width * (nuint)info.Height;
        if (pixels * 4 > (nuint)Array.MaxLength)
        {
            throw new MediaException(
                source, $"{info.Width} x {info.Height} pixels do not fit {Array.MaxLength} bytes.");
        }

        // Zeroed: a decoder that stops early must not show what the memory held before.
        var memory = (byte*)NativeMemory.AllocZeroed(pixels, 4);
        try
        {
            var result = codec.GetPixels(info, (nint)memory);
            var partial = decoding.AllowTruncated
                && result is (SKCodecResult.IncompleteInput or SKCodecResult.ErrorInInput);
            if (result != SKCodecResult.Success && !partial)
            {
                throw new MediaException(source, Reason(result));
            }

            var rgba = new Span<byte>(memory, (int)pixels * 4);
            if (decoding.Background is { } grey)
            {
                LayOver(rgba, grey);
            }
            else if (outside is { } colour)
            {
                FillClear(rgba, colour);
            }

            var orientation = decoding.ApplyOrientation ? codec.EncodedOrigin : SKEncodedOrigin.TopLeft;
            return PictureOrientation.Upright(rgba, info.Width, info.Height, orientation);
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }

    private static void LayOver(Span<byte> rgba, byte grey)
    {
        for (var i = 0; i < rgba.Length; i += 4)
        {
            int alpha = rgba[i + 3];
            foreach (ref var channel in rgba.Slice(i, 3))
            {
                channel = (byte)(((channel * alpha) + (grey * (255 - alpha)) + 127) / 255);
            }
        }
    }

    private static void FillClear(Span<byte> rgba, (byte Red, byte Green, byte Blue) colour)
    {
        for (var i = 0; i < rgba.Length; i += 4)
        {
            if (rgba[i + 3] == 0)
            {
                (rgba[i], rgba[i + 1], rgba[i + 2]) = colour;
            }
        }
    }

    /// <summary>Refuses content of another kind, before a codec sees it.</summary>
    internal static void RequireKnownFormat(ReadOnlySpan<byte> encoded, string source)
    {
        var known = encoded.StartsWith(PngSignature)
            || encoded.StartsWith(JpegSignature)
            || encoded.StartsWith("GIF87a"u8)
            || encoded.StartsWith("GIF89a"u8)
            || encoded.StartsWith("BM"u8)
            || (encoded.StartsWith("RIFF"u8) && encoded.Length >= 12 && encoded[8..12].SequenceEqual("WEBP"u8));
        if (!known)
        {
            throw new MediaException(source, "the content is no PNG, JPEG, WebP, BMP or GIF picture.");
        }
    }

    private static string Reason(SKCodecResult result) => result switch
    {
        SKCodecResult.IncompleteInput => "the picture is truncated: the file ends before its last row.",
        SKCodecResult.ErrorInInput => "the picture's data is damaged.",
        SKCodecResult.InvalidInput => "the picture's data is invalid.",
        _ => $"the picture cannot be decoded ({result}).",
    };
}
