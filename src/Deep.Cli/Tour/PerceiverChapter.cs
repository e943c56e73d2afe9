using System.Globalization;
using Deep.Cli.Models;
using Deep.Perceivers;
using Deep.Perceivers.Recipes;
using static TorchSharp.torch;

namespace Deep.Cli.Tour;

/// <summary>The Perceiver chapter: one architecture fills hidden words, names clouds of points, and reads shuffled pixels.</summary>
internal sealed class PerceiverChapter : ITourChapter
{
    private const int Points = 512;
    private const int ShownDigits = 16;
    private const int Top = 3;
    private const ulong CloudSeed = 2026;

    // At most as long as the windows that the small model was trained on; the part in braces is hidden.
    private static readonly string[] Sentences =
    [
        "It is one {of} the largest cities in the north of the country .",
        "He was born in London and moved to {the} north with his family .",
        "The film was released on the first {of} May in the United States .",
        "The first season of the series began {in} the spring of 2009 .",
        "The album was released by the band {and} it was a success .",
        "The ship was built in 1906 and served {with} the Royal Navy .",
    ];

    public string Id => "perceiver";

    public string Title => "Perceiver reads bytes, points and shuffled pixels";

    public ChapterReport Run(TourContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(0, "hidden words");
        var words = Fill(context, out var fillTime);
        cancellationToken.ThrowIfCancellationRequested();
        context.Progress.Report(0.3, "point clouds");
        var clouds = Name(context, out var cloudTime);
        cancellationToken.ThrowIfCancellationRequested();
        context.Progress.Report(0.7, "shuffled pixels");
        var plain = Read(PerceiverModels.Digits, permutation: null);
        var permuted = Read(PerceiverModels.PermutedDigits, PerceiverModels.Permutation);

        var filled = words.Count(word => word.Filled == word.Hidden);
        var named = clouds.Count(cloud => cloud.Top[0].Label == cloud.Name);
        return new ChapterReport(
            PerceiverSection.Write(words, clouds, plain, permuted, fillTime, cloudTime),
            ["what it is given", "right", "of>", "time of one>"],
            [
                ["hidden words, byte by byte", Number(filled), Number(words.Count), Milliseconds(fillTime)],
                [$"clouds of {Points} points", Number(named), Number(clouds.Count), Milliseconds(cloudTime)],
                ["digits of 64 pixels", Number(plain.Right), Number(plain.Count), Milliseconds(plain.Time)],
                ["the same, pixels shuffled", Number(permuted.Right), Number(permuted.Count), Milliseconds(permuted.Time)],
            ],
            string.Create(
                CultureInfo.InvariantCulture,
                $"{named} of {clouds.Count} clouds named; {100.0 * plain.Right / plain.Count:F0} % of {plain.Count} digits read, "
                + $"{100.0 * permuted.Right / permuted.Count:F0} % with shuffled pixels; {filled} of {words.Count} hidden words filled as they were."));
    }

    private static List<FilledWord> Fill(TourContext context, out double milliseconds)
    {
        using var filler = MaskFiller.Load(PerceiverModels.Bytes, new MaskFillerOptions { Device = "cpu" });
        var words = new List<FilledWord>();
        var start = context.Time.GetTimestamp();
        var length = ((TextConfig)filler.Config.Preprocessor).MaxLength;
        foreach (var sentence in Sentences)
        {
            var (open, close) = (sentence.IndexOf('{', StringComparison.Ordinal), sentence.IndexOf('}', StringComparison.Ordinal));
            var text = sentence.Remove(close, 1).Remove(open, 1).PadRight(length);
            var result = filler.Fill(text, [open..(close - 1)], FillOrder.SurestFirst);
            words.Add(new FilledWord(text[..open], text[open..(close - 1)], result.Fillings[0], text[(close - 1)..].TrimEnd()));
        }

        milliseconds = context.Time.GetElapsedTime(start).TotalMilliseconds / Sentences.Length;
        return words;
    }

    private static List<NamedCloud> Name(TourContext context, out double milliseconds)
    {
        using var classifier = PointCloudClassifier.Load(PerceiverModels.Points, new PointCloudClassifierOptions { Points = Points, Device = "cpu" });
        var batches = new PointCloudBatches(
            [.. SolidShapes.All.Select(shape => shape.Mesh)], new PointCloudOptions { Points = Points, BatchSize = 1, Seed = CloudSeed });
        var clouds = new List<NamedCloud>();
        var total = 0.0;
        for (var i = 0; i < SolidShapes.All.Count; i++)
        {
            var (cloud, label) = batches.Cloud(i);
            var start = context.Time.GetTimestamp();
            var top = classifier.Classify(cloud, Top);
            total += context.Time.GetElapsedTime(start).TotalMilliseconds;
            clouds.Add(new NamedCloud(SolidShapes.All[label].Name, cloud, top));
        }

        milliseconds = total / clouds.Count;
        return [.. clouds.OrderBy(cloud => cloud.Name, StringComparer.Ordinal)];
    }

    private static ReadDigits Read(string model, ulong? permutation)
    {
        var digits = DigitSet.Read(PerceiverModels.DigitSample);
        digits = permutation is { } number ? digits.WithPermutedPixels(number) : digits;
        using var network = Perceiver.Load(model, device: CPU);
        using var withoutGradient = no_grad();
        using var scope = NewDisposeScope();
        using var batch = DigitBatches.Of(digits, 0, digits.Count);
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var said = network.call(batch.Pictures).argmax(1).data<long>().ToArray();
        var time = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalMilliseconds / digits.Count;
        return new ReadDigits(
            digits.Count, said.Zip(digits.Labels.ToArray()).Count(pair => pair.First == pair.Second), time,
            [.. Enumerable.Range(0, Math.Min(ShownDigits, digits.Count)).Select(i =>
                new ReadDigit(DigitPicture.Draw(digits.Pixels(i)).EncodePng(), digits.Labels[i], (int)said[i]))]);
    }

    private static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);

    private static string Milliseconds(double value) => string.Create(CultureInfo.InvariantCulture, $"{value:F1} ms");
}
