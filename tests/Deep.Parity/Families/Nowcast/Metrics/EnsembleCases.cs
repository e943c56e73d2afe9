using System.Globalization;
using Deep.Nowcast;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>CRPS with pooling, rank histograms, skill and spread.</summary>
internal static class EnsembleCases
{
    public static void Crps(MetricCase one)
    {
        var (members, observed, shape) = (one.Input("ens"), one.Input("obs"), one.Shape("obs"));
        var score = NowcastMetrics.Crps(members, observed);
        if (score.Members != one.Config.Whole("members"))
        {
            throw new MalformedCaseException("the case has other members than it says");
        }

        // pysteps' own number drops the interval beside a tied member, and has none for one member; the exact one is right.
        one.Mistaken("crps_pysteps");
        foreach (var name in one.Expected.EnumerateObject().Select(p => p.Name).Where(n => n != "crps_pysteps"))
        {
            one.Agree(name, name switch
            {
                "crps_exact" => score.Exact,
                "crps_fair" => score.Fair,
                "mae" => score.MeanAbsoluteError,
                _ when name.StartsWith("crps_exact_avg", StringComparison.Ordinal) => Pooled(Pooling.Average),
                _ when name.StartsWith("crps_exact_max", StringComparison.Ordinal) => Pooled(Pooling.Maximum),
                _ => throw new MalformedCaseException($"the score {name} is not known to the adapter"),
            });

            double Pooled(Pooling pooling) => NowcastMetrics.PooledCrps(
                members, observed, shape[0], shape[1], int.Parse(name["crps_exact_avg".Length..], CultureInfo.InvariantCulture), pooling).Exact;
        }
    }

    public static void Ranks(MetricCase one)
    {
        one.Config.Informational("members");
        double? minimum = one.Config.Has("x_min") ? one.Config.Number("x_min") : null;
        one.Config.Informational("x_min");
        var (members, observed) = (one.Input("ens"), one.Input("obs"));
        var ranks = NowcastMetrics.RankHistogram(members, observed, minimum);
        one.Agree("counts", [.. ranks.Counts]);
        one.Agree("counts", [.. NowcastMetrics.RankHistogram(members, observed, minimum, seed: 1).Counts]);
        one.Agree("normalized", [.. ranks.Shares]);
    }

    public static void ExpectedRanks(MetricCase one)
    {
        one.Config.Informational("members");
        var (members, observed, minimum) = (one.Input("ens"), one.Input("obs"), one.Config.Number("x_min"));
        var ranks = NowcastMetrics.RankHistogram(members, observed, minimum);
        one.Agree("expected_counts", [.. ranks.Counts]);
        one.Agree("total", ranks.Cells);
        one.Agree("total", NowcastMetrics.RankHistogram(members, observed, minimum, seed: 1).Cells);

        // Drawn ties are within four deviations of a sum of that many draws.
        var drawn = NowcastMetrics.RankHistogram(members, observed, minimum, seed: 2).Counts;
        if (ranks.Counts.Zip(drawn).Any(p => Math.Abs(p.First - p.Second) > 4 * Math.Sqrt(p.First)))
        {
            throw new MalformedCaseException("drawn ties are further from their expectation than chance allows");
        }
    }

    public static void SkillSpread(MetricCase one)
    {
        if (one.Config.Text("metric") != "RMSE")
        {
            throw new MalformedCaseException("only the RMSE is known to the adapter");
        }

        var both = NowcastMetrics.EnsembleSkill(one.Input("ens"), one.Input("obs"));
        one.Agree("skill", both.Skill);
        one.Agree("spread", both.Spread);
    }
}
