using System.Globalization;
using Deep.Media;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;

namespace Deep.Experiments.Nowcast;

/// <summary>What of DGMR can be shown in an hour on two cores: does it learn, is it sharp, is it calibrated, does the sampling do its work.</summary>
internal sealed class NowcastExperiment(RadarEvents events, string output, int casesOfEvent)
{
    private const ulong Seed = 1;

    // Of 128 x 128 cells, the middle 64 x 64 count: extrapolation sees what comes from outside, as in the paper.
    private const int CaseSide = SmallNowcast.Side;
    private const int ScoredSide = 64;
    private const int Members = 20;
    private const string Deterministic = "deterministic";
    private const string Dgmr = "dgmr";

    /// <summary>Trains what is not trained yet, then verifies.</summary>
    /// <param name="data">The folder of the events.</param>
    /// <param name="output">The run's folder.</param>
    /// <param name="steps">Updates of the adversarial generator.</param>
    /// <param name="cases">Cases of each test event.</param>
    /// <param name="only">dgmr or deterministic: one of the trainings; verify: no training, the newest checkpoints; empty: all.</param>
    public static void Run(string data, string output, long steps, string only, int cases)
    {
        Directory.CreateDirectory(output);
        var events = RadarEvents.Read(data);
        var trainings = new NowcastTrainings(events, output, Seed);
        if (only is "" or Deterministic)
        {
            trainings.Deterministic();
        }

        if (only is "" or Dgmr)
        {
            trainings.Adversarial(steps);
        }

        if (only is "" or "verify")
        {
            SamplingClaim.Write(events);
            new NowcastExperiment(events, output, cases).Verify(trainings);
        }
    }

    private void Verify(NowcastTrainings trainings)
    {
        using var generator = trainings.Newest(Dgmr, "average");
        using var twin = trainings.Has(Deterministic) ? trainings.Newest(Deterministic, "model") : null;
        INowcaster[] models =
        [
            Persistence.Default, Extrapolation.Default,
            .. twin is null ? Enumerable.Empty<INowcaster>() : [new GeneratorNowcaster(Deterministic, twin, isDeterministic: true)],
            new GeneratorNowcaster(Dgmr, generator),
        ];
        var protocol = new NowcastProtocol
        {
            Name = "small",
            Steps = SmallNowcast.Config.ForecastSteps,
            Members = Members,
            SingleMember = ["persistence", "extrapolation", Deterministic],
            WindowPixels = ScoredSide,
            SpectrumPixels = ScoredSide,
            PoolingWindows = [1, 2, 8],
            Thresholds = [1, 4],
        };
        foreach (var (name, sequence) in events.Test)
        {
            var cases = Cases(sequence);
            var report = NowcastVerification.Run(cases, models, protocol);
            Console.WriteLine($"\n## {name}, {cases.Count} cases");
            Console.WriteLine(NowcastTables.Of(report));
            var calibrated = NowcastVerification.Run(
                cases, [models[^1]], protocol with { Options = new NowcastOptions { ZScale = 2, FieldGamma = 5 } });
            Console.WriteLine(NowcastTables.Ranks([("as trained", report, Dgmr), ("with z x 2 and a gamma factor", calibrated, Dgmr)]));
            var file = Path.Combine(output, name.Replace('/', '-'));
            report.SaveJson(file + ".json");
            report.SaveCsv(file + ".csv");
            File.WriteAllBytes(file + "-scores.png", NowcastFigures.Draw(name, report));
            Maps(cases[0], models).Save(file + ".png");
        }
    }

    private List<NowcastCase> Cases(RadarSequence sequence)
    {
        var (context, leads) = (SmallNowcast.Config.ContextFrames, SmallNowcast.Config.ForecastSteps);
        var sampler = new CropSampler([sequence], SmallNowcast.Crops with { Height = CaseSide, Width = CaseSide, MinObserved = 0.7 });
        return
        [
            .. Enumerable.Range(0, casesOfEvent).Select(i => sampler.Draw((long)Seed + 1, i).Frames)
                .Select(frames => new NowcastCase(frames.Slice(0, context), frames.Slice(context, leads))),
        ];
    }

    // The last observation, what came, and what each said for the last lead time.
    private static Picture Maps(NowcastCase one, IReadOnlyList<INowcaster> models)
    {
        var last = one.Future.Count - 1;
        var panels = new List<MapPanel> { MapPanel.Of(one.Past.Fields[^1], "last observed"), MapPanel.Of(one.Future.Fields[last], "came") };
        foreach (var model in models)
        {
            using var forecast = model.Forecast(one.Past, new NowcastOptions { Members = model.Name == Dgmr ? 2 : 1, Steps = last + 1, Seed = (long)Seed });
            panels.AddRange(Enumerable.Range(0, forecast.Members).Select(member => MapPanel.Of(
                forecast.Field(member, last), string.Create(CultureInfo.InvariantCulture, $"{model.Name} {(forecast.Members > 1 ? member + 1 : "")}"))));
        }

        return RadarMap.Draw(panels, width: 256, columns: 4);
    }
}
