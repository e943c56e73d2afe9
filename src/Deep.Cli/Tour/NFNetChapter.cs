using System.Globalization;
using Deep.Cli.Models;
using Deep.Cli.Reporting;
using Deep.Media;
using Deep.NFNets;

namespace Deep.Cli.Tour;

/// <summary>The NFNet chapter: the tool's own small network names the gallery's pictures.</summary>
/// <param name="model">Another model's file; null for the tool's own.</param>
/// <param name="gallery">The pictures.</param>
internal sealed class NFNetChapter(string? model, IReadOnlyList<GalleryPicture> gallery) : ITourChapter
{
    private const string SheetFile = "nfnet.png";
    private const int Top = 3;

    public string Id => "nfnet";

    public string Title => "NFNet names pictures";

    public ChapterReport Run(TourContext context, CancellationToken cancellationToken)
    {
        var file = EmbeddedModel.OrGiven(model);
        var start = context.Time.GetTimestamp();
        using var classifier = ImageClassifier.Load(file);
        var loading = context.Time.GetElapsedTime(start);

        var named = new List<(GalleryPicture Picture, IReadOnlyList<Prediction> Top)>();
        var sheet = new List<ContactSheetEntry>();
        var times = new List<double>();
        foreach (var picture in gallery)
        {
            cancellationToken.ThrowIfCancellationRequested();
            context.Progress.Report((double)named.Count / gallery.Count, picture.Name);
            var decoded = Picture.Open(picture.Jpeg);
            start = context.Time.GetTimestamp();
            var predictions = classifier.Classify(decoded, Top);
            times.Add(context.Time.GetElapsedTime(start).TotalMilliseconds);
            named.Add((picture, predictions));
            sheet.Add(SheetEntry.Of(decoded, picture.Name, predictions));
        }

        new ContactSheet { Title = Title, Bars = Top }.Save(Path.Combine(context.Folder, SheetFile), sheet);
        var median = times.Order().ElementAt(times.Count / 2);
        var agreed = named.Count(one => one.Picture.Label == one.Top[0].Label);
        return new ChapterReport(
            NFNetSection.Write(
                Facts(classifier.Config, file, loading, median), named, SheetFile, model is null ? EmbeddedModel.ReadHistory() : []),
            ["picture", "the network says", "probability>", "a person says"],
            [.. named.Select(one => Row(one.Picture, one.Top[0]))],
            string.Create(
                CultureInfo.InvariantCulture,
                $"{agreed} of {named.Count} pictures named as a person would; {median:F1} ms for a picture (median), "
                + $"{loading.TotalMilliseconds:F0} ms to load the model."));
    }

    private static IReadOnlyList<(string What, string Value, string Unit)> Facts(
        NFNetConfig config, string file, TimeSpan loading, double median) =>
    [
        ("Parameters", Text(NFNetCost.Parameters(config) / 1e6, "F2"), "million"),
        ("Multiply-adds", Text(MultiplyAdds(config) / 1e6, "F0"), "million"),
        ("Input", $"{config.TestSize} × {config.TestSize}", "px"),
        ("Classes", Text(config.Classes, "F0"), ""),
        ("File", Text(new FileInfo(file).Length / 1e6, "F1"), "MB"),
        ("Loaded in", Text(loading.TotalMilliseconds, "F0"), "ms"),
        ("Median picture", Text(median, "F1"), "ms"),
    ];

    private static double MultiplyAdds(NFNetConfig config) =>
        NFNetCost.MultiplyAdds(config, config.TestSize, config.TestSize);

    private static IReadOnlyList<string> Row(GalleryPicture picture, Prediction best) =>
        [picture.Name, best.Label, Percent(best.Probability), picture.Label == best.Label ? "the same" : picture.Label];

    private static string Percent(double share) => Text(100 * share, "F1") + " %";

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}
