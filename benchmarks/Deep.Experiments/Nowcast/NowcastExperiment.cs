using System.Globalization;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;

namespace Deep.Experiments.Nowcast;

/// <summary>What of DGMR can be shown in an hour on two cores: does it learn, is it sharp, is it calibrated, does the sampling do its work.</summary>
internal static class NowcastExperiment
{
    private const ulong Seed = 1;

    /// <summary>Trains what is not trained yet, then verifies.</summary>
    public static void Run(string data, string output, long steps)
    {
        Directory.CreateDirectory(output);
        var events = RadarEvents.Read(data);
        var sampler = new CropSampler(events.Train, SmallNowcast.Crops);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"cells of 4 mm/h or more in training crops: {100 * sampler.ShareAbove(4, importance: false):F3} % of all, {100 * sampler.ShareAbove(4):F3} % of those drawn; {sampler.Places} places"));
        var trainings = new NowcastTrainings(events, output, Seed);
        using var generator = trainings.Adversarial(steps);
        using var deterministic = trainings.Deterministic(steps);
    }
}
