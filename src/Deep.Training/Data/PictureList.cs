using Deep.Media;

namespace Deep.Training;

/// <summary>Labelled pictures that stay in their files and are decoded each time they are read.</summary>
/// <remarks>
/// For data that does not fit into memory: decoding is done by whoever reads, so a trainer's workers share it. Safe for
/// many threads; entries of a zip archive are inflated one at a time. Dispose it to close the archive.
/// </remarks>
public sealed class PictureList : IPictureSource, IDisposable
{
    private readonly PictureFiles _files;
    private readonly MediaLimits _limits;
    private readonly int[] _labels;

    private PictureList(PictureFiles files, PictureListOptions options)
    {
        (_files, _limits) = (files, options.Limits);
        (Classes, _labels) = files.Label(options.Classes);
    }

    /// <summary>Lists the pictures of a folder, of a zip archive or of a list; none is decoded.</summary>
    /// <param name="path">
    /// A folder or a zip archive with class/file or split/class/file in it (PNG, JPEG, WebP, BMP and GIF), in ordinal
    /// order of the names; or a file .csv in UTF-8 whose header names the columns path (relative to the list's folder)
    /// and label (the name of a class), in its own order.
    /// </param>
    /// <param name="options">Which pictures; the defaults if null.</param>
    /// <returns>The pictures; the caller disposes it.</returns>
    /// <exception cref="ConfigurationException">
    /// There is no such folder or file, no picture in it, an empty or unknown class, a picture twice, a row of a list
    /// with another number of fields than its header, or a path that leaves the list's folder.
    /// </exception>
    public static PictureList Open(string path, PictureListOptions? options = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        options ??= new PictureListOptions();
        options.Limits.Validate();
        var files = PictureFiles.Open(path, options.Split);
        try
        {
            return new PictureList(files, options);
        }
        catch
        {
            files.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public int Count => _labels.Length;

    /// <summary>3: decoded pictures are red, green and blue.</summary>
    public int Channels => 3;

    /// <summary>Null: what size a picture has is known when it is decoded.</summary>
    public (int Height, int Width)? Size => null;

    /// <inheritdoc/>
    public IReadOnlyList<string> Classes { get; }

    /// <inheritdoc/>
    public ReadOnlySpan<int> Labels => _labels;

    /// <summary>The path of a picture in the folder, the archive or the list.</summary>
    /// <param name="index">0 to below <see cref="Count"/>.</param>
    public string NameOf(int index) => _files.Files[index].Name;

    /// <summary>Decodes a picture.</summary>
    /// <param name="index">0 to below <see cref="Count"/>.</param>
    /// <exception cref="MediaException">It cannot be read; the message names it.</exception>
    public Picture Decode(int index) => _files.Decode(index, _limits);

    /// <inheritdoc/>
    public void Read(int index, IPictureFit? fit, ReadOnlySpan<RandomState> copies, Span<byte> pictures) =>
        FittedPicture.Write(Decode(index), NameOf(index), fit, copies, pictures);

    /// <summary>Closes the archive; nothing can be read from one afterwards.</summary>
    public void Dispose() => _files.Dispose();
}
