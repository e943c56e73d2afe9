using System.IO.Compression;
using Deep.Media;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>Reads labelled pictures from a folder or a zip file: a picture's folder names its class.</summary>
/// <remarks>
/// Either <c>class/picture.jpg</c>, of which a share is kept for testing, or <c>train/class/picture.jpg</c> with
/// <c>test</c> or <c>val</c> beside <c>train</c>. Every picture is scaled and cropped to a square when it is read.
/// </remarks>
/// <param name="Train">The pictures to train on.</param>
/// <param name="Test">The pictures to test on.</param>
/// <param name="Unreadable">Why pictures were left out, a sentence for each.</param>
internal sealed record ImageData(PictureSet Train, PictureSet Test, IReadOnlyList<string> Unreadable)
{
    private const string TrainSplit = "train";
    private static readonly string[] TestSplits = ["test", "val", "validation"];

    /// <summary>Reads all pictures.</summary>
    /// <param name="path">The folder or zip file.</param>
    /// <param name="size">The side of the squares, in pixels.</param>
    /// <param name="testFraction">Share kept for testing where the data have no test part, above 0 and below 1.</param>
    /// <param name="seed">Decides which pictures are kept.</param>
    /// <param name="unreadable">How many pictures may be left out because they cannot be read.</param>
    /// <param name="cancellationToken">Ends the reading between two pictures.</param>
    /// <exception cref="DeepException">The data have another structure, or a picture cannot be read.</exception>
    /// <exception cref="WrongInputException">There are no data, or too few of them.</exception>
    public static ImageData Read(
        string path, int size, double testFraction, ulong seed, int unreadable, CancellationToken cancellationToken)
    {
        var options = new PictureSetOptions
        {
            Fit = new EvaluationTransform { Size = size, CropFraction = 1 },
            UnreadablePictures = unreadable,
        };
        var splits = Splits(path);
        if (!splits.Contains(TrainSplit))
        {
            var all = PictureSet.Open(path, options, cancellationToken);
            var (kept, tests) = Divide(all, testFraction, seed, path);
            return new ImageData(kept, tests, Sentences(all));
        }

        var testSplit = TestSplits.FirstOrDefault(splits.Contains)
            ?? throw new WrongInputException(
                $"'{path}' has a folder '{TrainSplit}', but none of {string.Join(", ", TestSplits)} beside it.");
        var train = PictureSet.Open(path, options with { Split = TrainSplit }, cancellationToken);
        var test = PictureSet.Open(
            path,
            options with
            {
                Split = testSplit,
                Classes = train.Classes,
                UnreadablePictures = unreadable - train.Unreadable.Count,
            },
            cancellationToken);
        return new ImageData(train, test, [.. Sentences(train), .. Sentences(test)]);
    }

    private static IReadOnlyList<string> Sentences(PictureSet pictures) =>
        [.. pictures.Unreadable.Select(error => $"Left out: {error.Message}")];

    private static HashSet<string> Splits(string path)
    {
        if (Path.GetExtension(path).Equals(".csv", StringComparison.OrdinalIgnoreCase))
        {
            return [];
        }

        if (Directory.Exists(path))
        {
            return [.. Directory.EnumerateDirectories(path).Select(folder => Path.GetFileName(folder)!)];
        }

        try
        {
            using var zip = ZipFile.OpenRead(path);
            return [.. zip.Entries.Select(entry => entry.FullName.Split('/')[0])];
        }
        catch (Exception unreadable) when (unreadable is InvalidDataException or IOException)
        {
            throw new WrongInputException(File.Exists(path)
                ? $"'{path}' is neither a folder nor a readable zip file: {unreadable.Message}"
                : $"There is no folder or zip file '{path}'.");
        }
    }

    private static (PictureSet Train, PictureSet Test) Divide(
        PictureSet all, double testFraction, ulong seed, string path)
    {
        var order = DataOrder.Of(all.Count, seed, epoch: 0);
        var tests = (int)Math.Round(all.Count * testFraction);
        return tests > 0 && tests < all.Count
            ? (Part(all, order[tests..]), Part(all, order[..tests]))
            : throw new WrongInputException(
                $"Of the {all.Count} pictures of '{path}', {tests} would be left to test on.");
    }

    private static PictureSet Part(PictureSet all, int[] chosen)
    {
        Array.Sort(chosen);
        var bytes = all[0].Length;
        var pixels = new byte[chosen.Length * bytes];
        for (var i = 0; i < chosen.Length; i++)
        {
            all[chosen[i]].CopyTo(pixels.AsSpan(i * bytes, bytes));
        }

        int[] labels = [.. chosen.Select(i => all.Labels[i])];
        return new PictureSet(pixels, labels, all.Classes, all.Channels, all.Height, all.Width);
    }
}
