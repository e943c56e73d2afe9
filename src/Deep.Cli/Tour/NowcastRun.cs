using Deep.Nowcast;

namespace Deep.Cli.Tour;

/// <summary>What the nowcasting chapter has to show.</summary>
/// <param name="Past">What the forecasts start from.</param>
/// <param name="Future">What came.</param>
/// <param name="Network">The network's ensemble.</param>
/// <param name="Extrapolation">The rain moved on.</param>
/// <param name="Scores">All three, persistence too, by lead time.</param>
/// <param name="Parameters">The network's weights.</param>
/// <param name="Seconds">Time of the ensemble.</param>
internal sealed record NowcastRun(
    RadarSequence Past, RadarSequence Future, NowcastEnsemble Network, NowcastEnsemble Extrapolation, NowcastReport Scores,
    long Parameters, double Seconds) : IDisposable
{
    /// <summary>Name of the network in the scores.</summary>
    public const string Model = "dgmr";

    /// <summary>Lead times of the maps.</summary>
    public static IReadOnlyList<int> ShownMinutes { get; } = [30, 60];

    /// <summary>The scores of a forecaster at a lead time.</summary>
    public LeadScores At(string model, int minutes) => Scores.Of(model).Leads[Network.StepAt(minutes)];

    /// <summary>The CRPS of a forecaster over all lead times, mm/h.</summary>
    public double Crps(string model) => Scores.Of(model).Leads.Average(lead => lead.Crps.Exact);

    public void Dispose()
    {
        Network.Dispose();
        Extrapolation.Dispose();
    }
}
