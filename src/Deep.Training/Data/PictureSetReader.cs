using Deep.Media;

namespace Deep.Training;

/// <summary>Decodes the files of a picture set on all processors, straight into the set's memory.</summary>
internal static class PictureSetReader
{
    public static PictureSet Read(string path, PictureSetOptions options, CancellationToken cancellationToken)
    {
        using var files = PictureFiles.Open(path, options.Split);
        var (classes, labels) = files.Label(options.Classes);
        var unreadable = new SortedDictionary<int, MediaException>();
        var first = FirstReadable(files, options, unreadable);
        var (height, width) = (first.Height, first.Width);
        var pictureBytes = 3 * height * width;
        if ((long)pictureBytes * labels.Length > Array.MaxLength)
        {
            throw new ConfigurationException(
                "picture set", $"at most {Array.MaxLength} bytes in memory",
                $"{labels.Length} pictures of 3 x {height} x {width}");
        }

        var pixels = new byte[pictureBytes * labels.Length];
        try
        {
            Parallel.For(0, labels.Length, new ParallelOptions { CancellationToken = cancellationToken }, index =>
            {
                if (Decode(files, index, options, unreadable) is not { } picture)
                {
                    return;
                }

                if (picture.Height != height || picture.Width != width)
                {
                    throw new ConfigurationException(
                        "PictureSetOptions.Fit", "set where pictures have different sizes",
                        $"missing, and {files.Files[index].Name} is {picture.Width} x {picture.Height} pixels, others "
                        + $"{width} x {height}");
                }

                picture.CopyPlanesTo(pixels.AsSpan(index * pictureBytes, pictureBytes));
            });
        }
        catch (AggregateException e)
        {
            throw e.InnerExceptions.OfType<DeepException>().FirstOrDefault() ?? e.InnerExceptions[0];
        }

        var left = unreadable.Keys.ToHashSet();
        return new PictureSet(
            Without(pixels, pictureBytes, left), Without(labels, 1, left), classes, 3, height, width)
        {
            Unreadable = [.. unreadable.Values],
        };
    }

    private static Picture FirstReadable(
        PictureFiles files, PictureSetOptions options, SortedDictionary<int, MediaException> unreadable)
    {
        for (var index = 0; index < files.Files.Count; index++)
        {
            if (Decode(files, index, options, unreadable) is { } picture)
            {
                return picture;
            }
        }

        throw unreadable.Values.First();
    }

    private static Picture? Decode(
        PictureFiles files, int index, PictureSetOptions options, SortedDictionary<int, MediaException> unreadable)
    {
        try
        {
            var picture = files.Decode(index, options.Limits);
            return options.Fit is null ? picture : options.Fit.Crop(picture);
        }
        catch (MediaException unread)
        {
            lock (unreadable)
            {
                unreadable[index] = unread;
                if (unreadable.Count > options.UnreadablePictures)
                {
                    throw;
                }
            }

            return null;
        }
    }

    private static T[] Without<T>(T[] items, int size, HashSet<int> left)
    {
        if (left.Count == 0)
        {
            return items;
        }

        var kept = new T[items.Length - (left.Count * size)];
        for (int from = 0, to = 0; from < items.Length; from += size)
        {
            if (!left.Contains(from / size))
            {
                Array.Copy(items, from, kept, to, size);
                to += size;
            }
        }

        return kept;
    }
}
