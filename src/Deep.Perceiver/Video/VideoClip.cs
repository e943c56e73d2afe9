using Deep.Media;

namespace Deep.Perceivers;

// T frames of H x W pixels

/// <summary>Pictures of one size in the order of time, with or without their sound.</summary>
/// <remarks>Immutable and plain managed memory: nothing to dispose, safe to share between threads.</remarks>
public sealed class VideoClip
{
    /// <summary>A clip of pictures.</summary>
    /// <param name="frames">T pictures of one size, at least one.</param>
    /// <param name="audio">The sound of the same time; null: none.</param>
    /// <exception cref="ShapeException">There is no picture, or their sizes differ.</exception>
    public VideoClip(IReadOnlyList<Picture> frames, Waveform? audio = null)
    {
        ArgumentNullException.ThrowIfNull(frames);
        if (frames.Count == 0)
        {
            throw new ShapeException("A clip needs at least one frame.");
        }

        for (var t = 1; t < frames.Count; t++)
        {
            if (frames[t].Width != frames[0].Width || frames[t].Height != frames[0].Height)
            {
                throw new ShapeException(
                    $"The frames of a clip have one size, but frame 0 is {frames[0].Width} x {frames[0].Height} "
                    + $"and frame {t} is {frames[t].Width} x {frames[t].Height}.");
            }
        }

        (Frames, Audio) = ([.. frames], audio);
    }

    /// <summary>The T frames.</summary>
    public IReadOnlyList<Picture> Frames { get; }

    /// <summary>The sound; null: none.</summary>
    public Waveform? Audio { get; }

    /// <summary>W.</summary>
    public int Width => Frames[0].Width;

    /// <summary>H.</summary>
    public int Height => Frames[0].Height;

    /// <summary>Reads a clip from an animated GIF or WebP file, or from a folder of pictures in the order of their
    /// names.</summary>
    /// <param name="path">The file or folder.</param>
    /// <param name="audio">A WAV file with the sound; null: none.</param>
    /// <param name="limits">What each file may cost; <see cref="MediaLimits.MaxPixels"/> is for all frames
    /// together.</param>
    /// <exception cref="MediaException">A file cannot be read, is damaged or exceeds a limit, or the folder holds no
    /// picture.</exception>
    /// <exception cref="ShapeException">The pictures' sizes differ.</exception>
    public static VideoClip Open(string path, string? audio = null, MediaLimits? limits = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var sound = audio is null ? null : Waveform.Open(audio, limits);
        return new VideoClip(
            Directory.Exists(path) ? FrameFolder.Read(path, limits ?? MediaLimits.Default)
                : PictureFrames.Open(path, limits), sound);
    }

    /// <summary>A clip of raw pixels.</summary>
    /// <param name="frames">T, at least 1.</param>
    /// <param name="width">W, at least 1.</param>
    /// <param name="height">H, at least 1.</param>
    /// <param name="rgb">T x H x W x 3 bytes: frames in order, rows from the top, colours interleaved. Copied.</param>
    /// <param name="audio">The sound; null: none.</param>
    /// <exception cref="ShapeException">A number is less than 1 or there are other many bytes.</exception>
    public static VideoClip FromRgb(int frames, int width, int height, ReadOnlySpan<byte> rgb, Waveform? audio = null)
    {
        if (frames < 1 || width < 1 || height < 1 || (Int128)frames * width * height * 3 != rgb.Length)
        {
            throw new ShapeException(
                $"A clip of {frames} frames of {width} x {height} pixels needs at least one of each and "
                + $"frames x width x height x 3 bytes, but came with {rgb.Length}.");
        }

        var pictures = new Picture[frames];
        for (var t = 0; t < frames; t++)
        {
            pictures[t] = new Picture(width, height, rgb.Slice(t * width * height * 3, width * height * 3).ToArray());
        }

        return new VideoClip(pictures, audio);
    }

    /// <summary>Some of the frames, with their part of the sound.</summary>
    /// <param name="start">The first frame, from 0.</param>
    /// <param name="frames">How many, at least 1.</param>
    /// <exception cref="ShapeException">They do not lie within the clip.</exception>
    public VideoClip Cut(int start, int frames)
    {
        if (start < 0 || frames < 1 || frames > Frames.Count - start)
        {
            throw new ShapeException(
                $"The {frames} frames from {start} on do not lie within a clip of {Frames.Count} frames.");
        }

        var sound = Audio?.Cut(Moment(start), Moment(start + frames) - Moment(start));
        return new VideoClip([.. Frames.Skip(start).Take(frames)], sound);
    }

    /// <summary>The largest centred square of each frame, scaled bilinearly.</summary>
    /// <param name="size">Pixels of each side, at least 1.</param>
    /// <returns>A clip of the same length and sound; this same clip where it has that size.</returns>
    public VideoClip CentreSquare(int size)
    {
        if (Width == size && Height == size)
        {
            return this;
        }

        var side = Math.Min(Width, Height);
        var (x, y) = ((Width - side) / 2, (Height - side) / 2);
        return new VideoClip(
            [.. Frames.Select(f => f.Crop(x, y, side, side).Resize(size, size, ResizeFilter.Bilinear))], Audio);
    }

    /// <summary>Writes the frames as frame_0000.png and so on, all or none.</summary>
    /// <param name="folder">The folder to create: it must not exist, its parent must.</param>
    /// <exception cref="MediaException">The folder is there already or cannot be written.</exception>
    public void SaveFrames(string folder)
    {
        ArgumentException.ThrowIfNullOrEmpty(folder);
        FrameFolder.Write(folder, Frames);
    }

    private int Moment(int frame) => (int)((long)Audio!.Length * frame / Frames.Count);
}
