using System.Diagnostics;

namespace Deep.Nowcast;

/// <summary>Verifies models on cases: forecasts, scores and pools.</summary>
/// <remarks>Forecasts one case after the other; lead times are scored on all cores.</remarks>
public static class NowcastVerification
{
    /// <summary>Verifies models.</summary>
    /// <param name="cases">
    /// The cases, all with the grid's size and the cadence of the first. They are enumerated once, so they may be read
    /// from files as they are needed.
    /// </param>
    /// <param name="models">The models, each with a name of its own.</param>
    /// <param name="protocol">How to verify; null for all cells, see <see cref="NowcastProtocol"/>.</param>
    /// <param name="progress">Told of every forecast; its total is 0 where the number of cases is not known.</param>
    /// <param name="cancellation">Ends it between forecasts, and within those of models that look at it.</param>
    /// <returns>All scores. Without rain, or without cells that were observed, they are NaN.</returns>
    /// <exception cref="ConfigurationException">
    /// There is no case or no model, two models have one name, an option is out of its range, or the cadence changes.
    /// </exception>
    /// <exception cref="ShapeException">A case has too few future fields or another grid, or a forecast too few steps.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static NowcastReport Run(
        IEnumerable<NowcastCase> cases, IReadOnlyList<INowcaster> models, NowcastProtocol? protocol = null,
        IProgress<NowcastProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(cases);
        ArgumentNullException.ThrowIfNull(models);
        (protocol ??= new()).Validate();
        Require.That(models.Count > 0, nameof(models), "one or more", models.Count);
        Require.That(
            models.Select(m => m.Name).Distinct().Count() == models.Count, nameof(models), "names of their own", string.Join(", ", models.Select(m => m.Name)));
        var total = cases.TryGetNonEnumeratedCount(out var known) ? known * models.Count : 0;
        PooledVerification? pooled = null;
        var done = 0;
        foreach (var one in cases)
        {
            pooled ??= new(protocol, [.. models.Select(m => m.Name)], one);
            pooled.Require(one);
            var scorer = pooled.Begin(one);
            for (var i = 0; i < models.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                var members = protocol.SingleMember.Contains(models[i].Name) ? 1 : protocol.Members;
                var watch = Stopwatch.StartNew();
                using var forecast = models[i].Forecast(
                    one.Past, protocol.Options with { Members = members, Steps = protocol.Steps, Seed = protocol.Seed + pooled.Cases }, null, cancellation);
                scorer.Add(i, forecast, watch.Elapsed.TotalSeconds);
                progress?.Report(new(++done, Math.Max(total, 0), models[i].Name));
            }

            pooled.Add(scorer, cancellation);
        }

        Require.That(pooled is not null, nameof(cases), "one or more", 0);
        return pooled.Report();
    }
}
