using System.IO.Compression;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Reads the TFRecord files of DeepMind's and the Met Office's nowcasting dataset, row by row.</summary>
/// <remarks>
/// Each record is an Example of TensorFlow with the features <c>radar</c> (T x H x W int16 in one text of bytes),
/// <c>sample_prob</c>, <c>osgb_extent_left</c>, <c>_right</c>, <c>_top</c>, <c>_bottom</c> and
/// <c>end_time_timestamp</c> (seconds since 1970). Both checksums of every record are checked; a file may be gzipped.
/// </remarks>
public static class DeepMindRows
{
    /// <summary>Frames of a published row.</summary>
    public const int PublishedFrames = 24;

    private const long MaxRecordBytes = 256L << 20;

    /// <summary>The rows of a file, read as they are asked for.</summary>
    /// <param name="path">The file.</param>
    /// <param name="frames">T; 24 in the published data.</param>
    /// <param name="size">
    /// H and W; null: square frames, or 1536 x 1280 where the count of cells says so.
    /// </param>
    /// <exception cref="MediaException">
    /// The file is missing, a checksum is wrong, a record ends too early, is too large or lacks a feature: thrown when
    /// that row is asked for.
    /// </exception>
    public static IEnumerable<DeepMindRow> Read(
        string path, int frames = PublishedFrames, (int Height, int Width)? size = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        Require.That(frames >= 1, nameof(frames), "at least 1", frames);
        return Rows(path, frames, size);
    }

    private static IEnumerable<DeepMindRow> Rows(string path, int frames, (int Height, int Width)? size)
    {
        using var stream = Open(path);
        for (var row = 0L; TfRecords.Next(stream, path, MaxRecordBytes) is { } record; row++)
        {
            yield return Row(record, $"{path}, row {row}", frames, size);
        }
    }

    private static DeepMindRow Row(byte[] record, string source, int frames, (int Height, int Width)? size)
    {
        var example = TfExample.Parse(record, source);
        var radar = example.Bytes("radar") ?? throw new MediaException(source, "the feature radar is missing or not bytes.");
        var cells = radar.Length / 2L / frames;
        var (height, width) = size ?? SizeOf(cells);
        if ((long)height * width * frames * 2 != radar.Length || height < 1 || width < 1)
        {
            throw new MediaException(source,
                $"radar has {radar.Length} bytes; {frames} frames of {height} x {width} cells need {2L * frames * height * width}.");
        }

        var seconds = example.Number("end_time_timestamp")
            ?? throw new MediaException(source, "the feature end_time_timestamp is missing.");
        if (seconds is not (>= 0 and < 1e11))
        {
            throw new MediaException(source, $"end_time_timestamp is {seconds}, which is no date.");
        }

        var probability = example.Number("sample_prob");
        if (probability is not null and not (> 0 and <= 1))
        {
            throw new MediaException(source, $"sample_prob is {probability}; a probability is above 0 and at most 1.");
        }

        var grid = DeepMindRow.GridOf(
            height, width, example.Number("osgb_extent_left"), example.Number("osgb_extent_right"),
            example.Number("osgb_extent_top"), example.Number("osgb_extent_bottom"));
        return new DeepMindRow(radar, frames, grid, probability, DateTimeOffset.FromUnixTimeSeconds((long)seconds), source);
    }

    private static (int Height, int Width) SizeOf(long cells)
    {
        var side = (int)Math.Round(Math.Sqrt(cells));
        return cells == 1536L * 1280 ? (1536, 1280) : (side, side);
    }

    private static Stream Open(string path)
    {
        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 16);
            Span<byte> head = stackalloc byte[2];
            var gzipped = file.ReadAtLeast(head, 2, throwOnEndOfStream: false) == 2 && head is [0x1F, 0x8B];
            file.Position = 0;
            return gzipped ? new BufferedStream(new GZipStream(file, CompressionMode.Decompress), 1 << 16) : file;
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be read: {error.Message}", error);
        }
    }
}
