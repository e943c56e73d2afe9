using System.Globalization;
using Deep.Checkpoints;
using Deep.Cli.Models;
using Deep.Nowcast;
using static TorchSharp.torch;

namespace Deep.Cli.Tour;

/// <summary>The nowcasting chapter: an ensemble of the next hour of made-up rain, beside what comes, extrapolation and persistence.</summary>
internal sealed class NowcastChapter : ITourChapter
{
    private const string AnimationFile = "nowcast.gif";
    private const int Members = 16;
    private const int Steps = 12;
    private const long Rain = 11;

    public string Id => "nowcast";

    public string Title => "DGMR imagines the next hour of rain";

    public ChapterReport Run(TourContext context, CancellationToken cancellationToken)
    {
        context.Progress.Report(0, "rain");
        using var network = Dgmr.Load(NowcastModels.Small, device: CPU);
        using var model = new NowcastModel(network, new NowcastModelOptions { Name = NowcastRun.Model });
        var sky = SyntheticRain.Make(network.Config.ContextFrames + Steps, Rain);
        using var run = Forecast(context, model, sky, network.parameters().Sum(parameter => parameter.numel()), cancellationToken);
        cancellationToken.ThrowIfCancellationRequested();
        context.Progress.Report(0.7, "maps");
        var animation = NowcastPictures.Animation(run);
        AtomicFile.Write(Path.Combine(context.Folder, AnimationFile), stream => stream.Write(animation));
        return new ChapterReport(
            NowcastSection.Write(run, animation),
            ["forecast", "members>", "CRPS +30 min>", "CRPS +60 min>", "CSI 1 mm/h +30 min>", "CSI 1 mm/h +60 min>"],
            [.. run.Scores.Models.Select(scores => Row(run, scores))],
            Text($"{Members} futures of an hour in {run.Seconds:F1} s. CRPS over the hour, mm/h: {string.Join(", ", run.Scores.Models.Select(scores => Text($"{scores.Name} {run.Crps(scores.Name):F2}")))}. The rain is synthetic, not radar."));
    }

    private static NowcastRun Forecast(
        TourContext context, NowcastModel model, RadarSequence sky, long parameters, CancellationToken cancellationToken)
    {
        var past = sky.Slice(0, sky.Count - Steps);
        var future = sky.Slice(sky.Count - Steps, Steps);
        context.Progress.Report(0.1, "members");
        var options = new NowcastOptions { Members = Members, Steps = Steps };
        var start = context.Time.GetTimestamp();
        var ensemble = model.Forecast(past, options, cancellation: cancellationToken);
        var seconds = context.Time.GetElapsedTime(start).TotalSeconds;
        context.Progress.Report(0.3, "scores");
        var scores = NowcastVerification.Run(
            [new NowcastCase(past, future)], [model, Extrapolation.Default, Persistence.Default],
            new NowcastProtocol { Steps = Steps, Members = Members, Thresholds = NowcastSection.Thresholds }, cancellation: cancellationToken);
        var moved = Extrapolation.Default.Forecast(past, options with { Members = 1 }, cancellation: cancellationToken);
        return new NowcastRun(past, future, ensemble, moved, scores, parameters, seconds);
    }

    private static IReadOnlyList<string> Row(NowcastRun run, ModelScores scores) =>
    [
        scores.Name, Text($"{scores.Members}"),
        .. NowcastRun.ShownMinutes.Select(minutes => Text($"{run.At(scores.Name, minutes).Crps.Exact:F3}")),
        .. NowcastRun.ShownMinutes.Select(minutes => Text($"{run.At(scores.Name, minutes).MemberTables[0].CriticalSuccessIndex:F2}")),
    ];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
