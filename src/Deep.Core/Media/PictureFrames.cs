using System.Runtime.InteropServices;
using SkiaSharp;

namespace Deep.Media;

/// <summary>The frames of an animated GIF or WebP file.</summary>
public static class PictureFrames
{
    /// <summary>Most frames of one file.</summary>
    public const int MaxFrames = 10_000;

    /// <summary>Decodes an animation, each frame whole: what a viewer would show at that moment.</summary>
    /// <param name="path">The file; a picture that does not move has one frame.</param>
    /// <param name="limits">What it may cost: <see cref="MediaLimits.MaxPixels"/> is for all frames together.</param>
    /// <returns>At least one picture, all of one size; transparent pixels are black.</returns>
    /// <exception cref="MediaException">
    /// The file cannot be read, is no picture, is damaged, or exceeds a limit.
    /// </exception>
    public static IReadOnlyList<Picture> Open(string path, MediaLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        limits ??= MediaLimits.Default;
        limits.Validate();
        using var encoded = EncodedBytes.Read(path, limits);
        PictureDecoder.RequireKnownFormat(encoded.Span, path);
        SkiaNative.Require(path);
        return Decode(encoded.Span, path, limits);
    }

    private static unsafe List<Picture> Decode(ReadOnlySpan<byte> encoded, string path, MediaLimits limits)
    {
        fixed (byte* bytes = encoded)
        {
            using var data = SKData.Create((nint)bytes, encoded.Length);
            using var codec = SKCodec.Create(data)
                ?? throw new MediaException(path, "the header of the picture is damaged or of an unsupported kind.");
            limits.RequireSize(codec.Info.Width, codec.Info.Height, path);
            var infos = codec.FrameInfo;
            var pixels = (long)codec.Info.Width * codec.Info.Height;
            if (infos.Length > MaxFrames || Math.Max(infos.Length, 1) * pixels > limits.MaxPixels)
            {
                throw new MediaException(
                    path, $"{infos.Length} frames of {codec.Info.Width} x {codec.Info.Height} pixels are more than "
                    + $"{limits.MaxPixels} pixels in all (MediaLimits.MaxPixels) or {MaxFrames} frames.");
            }

            return Decode(codec, infos, path);
        }
    }

    private static unsafe List<Picture> Decode(SKCodec codec, SKCodecFrameInfo[] infos, string path)
    {
        var info = new SKImageInfo(codec.Info.Width, codec.Info.Height, SKColorType.Rgba8888, SKAlphaType.Premul);
        var frames = new List<Picture>();
        var size = (nuint)info.Width * (nuint)info.Height;
        var memory = (byte*)NativeMemory.AllocZeroed(size, 4);
        try
        {
            for (var frame = 0; frame < Math.Max(infos.Length, 1); frame++)
            {
                // The memory holds the frame before; a frame that builds on another has the codec decode that first.
                var builds = frame > 0 && infos[frame].RequiredFrame == frame - 1;
                if (!builds)
                {
                    NativeMemory.Clear(memory, size * 4);
                }

                var options = new SKCodecOptions(frame, builds ? frame - 1 : -1);
                if (codec.GetPixels(info, (nint)memory, options) is var result and not SKCodecResult.Success)
                {
                    throw new MediaException(path, $"frame {frame} of the picture cannot be decoded ({result}).");
                }

                var rgb = new byte[size * 3];
                PixelPlanes.DropAlpha(new ReadOnlySpan<byte>(memory, checked((int)size * 4)), rgb);
                frames.Add(new Picture(info.Width, info.Height, rgb));
            }

            return frames;
        }
        finally
        {
            NativeMemory.Free(memory);
        }
    }
}
