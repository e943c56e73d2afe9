using Deep.Media;

namespace Deep.Training;

// N pictures, C channels, H x W pixels

/// <summary>Labelled pictures of one size, held in memory as bytes.</summary>
/// <remarks>Safe for many readers. The garbage collector owns the memory: nothing to dispose.</remarks>
public sealed class PictureSet : IPictureSource
{
    private readonly byte[] _pixels;
    private readonly int[] _labels;

    /// <summary>A set of pictures that are already in memory.</summary>
    /// <param name="pixels">
    /// N · C · H · W bytes: picture by picture, channel by channel, row by row. Kept, not copied.
    /// </param>
    /// <param name="labels">N class indices. Kept, not copied.</param>
    /// <param name="classes">The names of the classes in the order of their indices.</param>
    /// <param name="channels">C.</param>
    /// <param name="height">H.</param>
    /// <param name="width">W.</param>
    /// <exception cref="ShapeException">The bytes are not N whole pictures.</exception>
    /// <exception cref="ConfigurationException">There is no picture, or a label without a class.</exception>
    public PictureSet(byte[] pixels, int[] labels, IReadOnlyList<string> classes, int channels, int height, int width)
    {
        ArgumentNullException.ThrowIfNull(pixels);
        ArgumentNullException.ThrowIfNull(labels);
        ArgumentNullException.ThrowIfNull(classes);
        if (channels < 1 || height < 1 || width < 1
            || pixels.LongLength != (long)labels.Length * channels * height * width)
        {
            throw new ShapeException(
                $"{labels.Length} pictures of {channels} x {height} x {width} are not {pixels.LongLength} bytes.");
        }

        if (labels.Length == 0)
        {
            throw new ConfigurationException("PictureSet.Count", "at least one picture", 0);
        }

        if (Array.FindIndex(labels, label => label < 0 || label >= classes.Count) is >= 0 and var wrong)
        {
            throw new ConfigurationException(
                $"PictureSet label of picture {wrong}", $"from 0 to below the {classes.Count} classes", labels[wrong]);
        }

        (_pixels, _labels, Classes) = (pixels, labels, classes);
        (Channels, Height, Width) = (channels, height, width);
    }

    /// <summary>
    /// Reads the pictures of a folder, a zip archive or a list into memory, decoding on all processors.
    /// </summary>
    /// <param name="path">
    /// A folder or a zip archive with class/file or split/class/file in it (PNG, JPEG, WebP, BMP and GIF), or a list
    /// .csv, as for <see cref="PictureList.Open"/>.
    /// </param>
    /// <param name="options">What is read, and how; the defaults if null.</param>
    /// <param name="cancellationToken">Ends the reading.</param>
    /// <returns>The pictures in ordinal order of their names, or in the order of the list.</returns>
    /// <exception cref="ConfigurationException">
    /// There is no such folder or archive, no picture in it, an empty or unknown class, or pictures of different sizes
    /// without
    /// <see cref="PictureSetOptions.Fit"/>.
    /// </exception>
    /// <exception cref="MediaException">
    /// More pictures are unreadable than may be left out; names the last of them.
    /// </exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static PictureSet Open(
        string path, PictureSetOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PictureSetOptions();
        options.Limits.Validate();
        options.Fit?.Validate();
        return PictureSetReader.Read(path, options, cancellationToken);
    }

    /// <summary>The pictures that were left out because they cannot be read, by the error of each.</summary>
    public IReadOnlyList<MediaException> Unreadable { get; internal init; } = [];

    /// <summary>N.</summary>
    public int Count => _labels.Length;

    /// <summary>C.</summary>
    public int Channels { get; }

    /// <summary>H.</summary>
    public int Height { get; }

    /// <summary>W.</summary>
    public int Width { get; }

    /// <inheritdoc/>
    public (int Height, int Width)? Size => (Height, Width);

    /// <summary>The names of the classes in the order of their indices.</summary>
    public IReadOnlyList<string> Classes { get; }

    /// <summary>The class index of each picture.</summary>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The bytes of a picture: C · H · W, channel by channel, row by row.</summary>
    /// <param name="index">0 to N − 1.</param>
    public ReadOnlySpan<byte> this[int index]
    {
        get
        {
            ArgumentOutOfRangeException.ThrowIfNegative(index);
            ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual(index, Count);
            return _pixels.AsSpan(index * PictureBytes, PictureBytes);
        }
    }

    /// <inheritdoc/>
    public string NameOf(int index) => $"picture {index}";

    /// <inheritdoc/>
    /// <exception cref="ConfigurationException">There is a fit, and pictures do not have three channels.</exception>
    public void Read(int index, IPictureFit? fit, ReadOnlySpan<RandomState> copies, Span<byte> pictures)
    {
        if (fit is not null)
        {
            FittedPicture.Write(ToPicture(index), NameOf(index), fit, copies, pictures);
            return;
        }

        for (var copy = 0; copy < copies.Length; copy++)
        {
            this[index].CopyTo(pictures.Slice(copy * PictureBytes, PictureBytes));
        }
    }

    internal int PictureBytes => Channels * Height * Width;

    private Picture ToPicture(int index)
    {
        if (Channels != 3)
        {
            throw new ConfigurationException("PictureSet.Channels", "3 where there is a fit", Channels);
        }

        var planes = this[index];
        var plane = Height * Width;
        var rgb = new byte[PictureBytes];
        for (var i = 0; i < plane; i++)
        {
            rgb[3 * i] = planes[i];
            rgb[(3 * i) + 1] = planes[plane + i];
            rgb[(3 * i) + 2] = planes[(2 * plane) + i];
        }

        return new Picture(Width, Height, rgb);
    }
}
