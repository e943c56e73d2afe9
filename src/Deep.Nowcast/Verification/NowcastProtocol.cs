namespace Deep.Nowcast;

/// <summary>How forecasts are verified: lead times, thresholds, scales, and which cells count.</summary>
/// <remarks>Windows and scales are in pixels: on a grid of 1 km these are the papers' kilometres.</remarks>
public sealed record NowcastProtocol
{
    /// <summary>
    /// The evaluation of DGMR (2104.00954, Methods; specification 2.5 and 2.9): 18 lead times, 20 members, 1, 2, 4 and
    /// 8 mm/h at or above, the central 64 x 64 cells, CRPS pooled over 1, 4 and 16 km.
    /// </summary>
    /// <remarks>
    /// The paper's supplement, which is not public with the code, holds the stride of the pooling: here windows do not
    /// overlap. The accumulations are over all lead times.
    /// </remarks>
    public static NowcastProtocol Dgmr { get; } = new() { Name = "DGMR", WindowPixels = 64 };

    /// <summary>Its name in reports.</summary>
    public string Name { get; init; } = "all cells";

    /// <summary>Lead times, each one cadence after the other. Default 18.</summary>
    public int Steps { get; init; } = 18;

    /// <summary>Members asked of a model. Default 20.</summary>
    public int Members { get; init; } = 20;

    /// <summary>Names of models whose members would all be equal; they are asked for one. Default: persistence and extrapolation.</summary>
    public IReadOnlyList<string> SingleMember { get; init; } = ["persistence", "extrapolation"];

    /// <summary>The options that models get, except members, steps and seed. The seed of case i is this seed + i.</summary>
    public NowcastOptions Options { get; init; } = new();

    /// <summary>Rain rates of the yes/no scores, mm/h, at or above. Default 1, 2, 4, 8.</summary>
    public IReadOnlyList<double> Thresholds { get; init; } = [1, 2, 4, 8];

    /// <summary>Side of the central square whose cells count; null: all cells, which is the default.</summary>
    public int? WindowPixels { get; init; }

    /// <summary>
    /// Whether only cells count that the observation and every member of every model know, so that all models are scored
    /// on the same cells: extrapolation knows nothing where the rain would come from outside. Default true.
    /// </summary>
    public bool CommonCells { get; init; } = true;

    /// <summary>Windows of the pooled CRPS in pixels, average and maximum each. Default 1, 4, 16; larger than the field: left out.</summary>
    public IReadOnlyList<int> PoolingWindows { get; init; } = [1, 4, 16];

    /// <summary>Windows of the fractions skill score in pixels. Default 1, 5, 17.</summary>
    public IReadOnlyList<int> FractionScales { get; init; } = [1, 5, 17];

    /// <summary>
    /// Side of the square of which spectra are taken, at most the grid's own. Default 256. The observation and all models
    /// must know all of it at all lead times: it is the one nearest to the middle, and where the first case has none,
    /// of half the side, and so on down to 16. How many fields were counted stands in the report.
    /// </summary>
    public int SpectrumPixels { get; init; } = 256;

    /// <summary>Dry below it for rank histograms, mm/h: cells where all is dry are not counted. Default 0.1.</summary>
    public double RankMinimum { get; init; } = 0.1;

    /// <summary>Accumulations over all lead times whose economic value is computed, mm. Default 1, 5, 10.</summary>
    public IReadOnlyList<double> Accumulations { get; init; } = [1, 5, 10];

    /// <summary>Cost/loss ratios of the economic value. Default 0.01 to 0.99.</summary>
    public IReadOnlyList<double> CostLossRatios { get; init; } =
        [0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95, 0.99];

    /// <summary>The seed of the first case. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Checks every option.</summary>
    /// <exception cref="ConfigurationException">An option is out of its range.</exception>
    public void Validate()
    {
        Require.That(Steps is >= 1 and <= 1000, "NowcastProtocol.Steps", "1 to 1000", Steps);
        Require.That(Members is >= 1 and <= 1000, "NowcastProtocol.Members", "1 to 1000", Members);
        Require.That(Thresholds.Count > 0 && Thresholds.All(double.IsFinite), "NowcastProtocol.Thresholds", "one rain rate or more", Thresholds.Count);
        Require.That(WindowPixels is null or >= 1, "NowcastProtocol.WindowPixels", "1 or more, or null", WindowPixels);
        Require.That(PoolingWindows.All(w => w >= 1), "NowcastProtocol.PoolingWindows", "1 or more each", string.Join(", ", PoolingWindows));
        Require.That(FractionScales.All(s => s >= 1), "NowcastProtocol.FractionScales", "1 or more each", string.Join(", ", FractionScales));
        Require.That(SpectrumPixels >= 1, "NowcastProtocol.SpectrumPixels", "1 or more", SpectrumPixels);
        Require.That(
            CostLossRatios.All(a => a is > 0 and < 1), "NowcastProtocol.CostLossRatios", "above 0 and below 1 each", string.Join(", ", CostLossRatios));
    }
}
