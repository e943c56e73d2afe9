using System.Globalization;
using Deep.Nowcast;
using Deep.Nowcast.Recipes;

namespace Deep.Experiments.Nowcast;

/// <summary>What importance sampling does: more heavy rain in the crops, and the same scores when each counts 1 / q.</summary>
internal static class SamplingClaim
{
    private const int Draws = 600;
    private const double Heavy = 4;
    private const int Blocks = 20;

    /// <summary>Writes both.</summary>
    public static void Write(RadarEvents events)
    {
        foreach (var multiplier in new[] { 0.1, 1.0 })
        {
            var importance = new ImportanceSampling(Multiplier: multiplier);
            var sampler = new CropSampler(events.Train, SmallNowcast.Crops with { Importance = importance });
            var (all, drawn) = (sampler.ShareAbove(Heavy, importance: false), sampler.ShareAbove(Heavy));
            Console.WriteLine(Text(
                $"m {multiplier}: cells of {Heavy} mm/h or more are {100 * all:0.000} % of all and {100 * drawn:0.000} % of those drawn, {drawn / all:0.0} times as many; {sampler.Places} places"));
        }

        var alike = Error(new CropSampler(events.Train, SmallNowcast.Crops with { Importance = null }));
        var weighted = Error(new CropSampler(events.Train, SmallNowcast.Crops));
        var unweighted = Error(new CropSampler(events.Train, SmallNowcast.Crops), isWeighted: false);
        Console.WriteLine(Text(
            $"error of persistence after an hour, mm/h: all crops alike {alike.Mean:0.0000} ± {alike.Error:0.0000}; drawn by importance with 1/q {weighted.Mean:0.0000} ± {weighted.Error:0.0000}, without {unweighted.Mean:0.0000}"));
    }

    // The mean absolute error over the observed cells, with the standard error over blocks of draws.
    private static (double Mean, double Error) Error(CropSampler sampler, bool isWeighted = true)
    {
        var (sums, cells) = (new double[Blocks], new double[Blocks]);
        for (var draw = 0; draw < Draws; draw++)
        {
            var crop = sampler.Draw(11, draw);
            var weight = isWeighted ? crop.Weight : 1;
            var (last, came) = (crop.Frames.Fields[SmallNowcast.Config.ContextFrames - 1].Values, crop.Frames.Fields[^1].Values);
            for (var cell = 0; cell < came.Length; cell++)
            {
                if (!float.IsNaN(last[cell]) && !float.IsNaN(came[cell]))
                {
                    sums[draw % Blocks] += weight * Math.Abs(last[cell] - came[cell]);
                    cells[draw % Blocks] += weight;
                }
            }
        }

        var mean = sums.Sum() / cells.Sum();
        var variance = Enumerable.Range(0, Blocks).Average(block => Math.Pow((sums[block] / cells[block]) - mean, 2));
        return (mean, Math.Sqrt(variance / (Blocks - 1)));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
