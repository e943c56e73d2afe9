using System.Globalization;
using Deep.Checkpoints;
using Deep.Media;

namespace Deep.Perceivers;

/// <summary>A folder with one picture for each frame.</summary>
internal static class FrameFolder
{
    private static readonly string[] Extensions = [".png", ".jpg", ".jpeg", ".webp", ".bmp", ".gif"];

    /// <summary>The pictures in the order of their names; numbers in names count as numbers.</summary>
    public static IReadOnlyList<Picture> Read(string folder, MediaLimits limits)
    {
        limits.Validate();
        string[] files;
        try
        {
            files = [.. Directory.EnumerateFiles(folder)
                .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
                .Take(PictureFrames.MaxFrames + 1)];
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(folder, $"the folder cannot be read: {error.Message}", error);
        }

        if (files.Length is 0 or > PictureFrames.MaxFrames)
        {
            throw new MediaException(
                folder, $"a clip's folder holds 1 to {PictureFrames.MaxFrames} pictures; this one has "
                + (files.Length == 0 ? "none." : "more."));
        }

        Array.Sort(files, new NaturalOrder());
        var (pictures, left) = (new List<Picture>(), limits.MaxPixels);
        foreach (var file in files)
        {
            if (left < 1)
            {
                throw new MediaException(
                    folder, $"the pictures have more than {limits.MaxPixels} pixels in all (MediaLimits.MaxPixels).");
            }

            pictures.Add(Picture.Open(file, limits with { MaxPixels = left }));
            left -= (long)pictures[^1].Width * pictures[^1].Height;
        }

        return pictures;
    }

    /// <summary>Writes a folder of PNG files, frame_0000.png and so on, whole or not at all.</summary>
    public static void Write(string folder, IReadOnlyList<Picture> frames)
    {
        try
        {
            AtomicFolder.Create(folder, temporary =>
            {
                for (var t = 0; t < frames.Count; t++)
                {
                    var name = string.Create(CultureInfo.InvariantCulture, $"frame_{t:0000}.png");
                    File.WriteAllBytes(Path.Combine(temporary, name), frames[t].EncodePng());
                }
            });
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(folder, $"the folder cannot be written: {error.Message}", error);
        }
    }
}
