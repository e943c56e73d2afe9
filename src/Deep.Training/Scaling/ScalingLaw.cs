namespace Deep.Training;

/// <summary>How loss falls with compute when size and length of training are chosen well (2310.16764, figure 2).</summary>
/// <remarks>
/// The law holds on the frontier: the runs that no other run beats at the same compute or less. A fit says something
/// within and near the computes behind it; a power law without a floor must fail far beyond them. Immutable.
/// </remarks>
public sealed record ScalingLaw
{
    private ScalingLaw(IReadOnlyList<ScalingRun> frontier)
    {
        double[] compute = [.. frontier.Select(run => run.Compute)];
        Frontier = frontier;
        Loss = PowerLaw.Fit(compute, [.. frontier.Select(run => run.Loss)]);
        Epochs = PowerLaw.Fit(compute, [.. frontier.Select(run => run.Epochs)]);
    }

    /// <summary>The runs behind the fit, by growing compute and falling loss.</summary>
    public IReadOnlyList<ScalingRun> Frontier { get; }

    /// <summary>log loss = a + b · log compute.</summary>
    public PowerLaw Loss { get; }

    /// <summary>The optimal-epoch rule: log epochs = a + b · log compute, on the frontier.</summary>
    public PowerLaw Epochs { get; }

    /// <summary>Fits the law to the frontier of some runs.</summary>
    /// <param name="runs">Runs of several sizes and lengths.</param>
    /// <exception cref="ConfigurationException">The frontier has fewer than two runs.</exception>
    public static ScalingLaw Fit(IEnumerable<ScalingRun> runs)
    {
        ArgumentNullException.ThrowIfNull(runs);
        var frontier = FrontierOf(runs);
        return frontier.Count >= 2
            ? new ScalingLaw(frontier)
            : throw new ConfigurationException("ScalingLaw runs", "a frontier of two runs or more", frontier.Count);
    }

    private static List<ScalingRun> FrontierOf(IEnumerable<ScalingRun> runs)
    {
        var frontier = new List<ScalingRun>();
        foreach (var run in runs.OrderBy(run => run.Compute).ThenBy(run => run.Loss))
        {
            if (frontier.Count == 0 || run.Loss < frontier[^1].Loss)
            {
                frontier.Add(run);
            }
        }

        return frontier;
    }
}
