namespace Deep.Nowcast;

/// <summary>Bootstrap intervals and permutation tests over blocks of cases.</summary>
internal static class PairedResampling
{
    /// <summary>Compares two models of a report by a score, at every lead time.</summary>
    public static IReadOnlyList<ScoreDifference> Compare(NowcastReport report, int model, int other, int score, ResamplingOptions options)
    {
        options.Validate();
        var blocks = report.Cases.GroupBy(c => c.Start.UtcTicks / options.Block.Ticks).Where(g => !options.EveryOther || g.Key % 2 == 0)
            .OrderBy(g => g.Key).Select(g => g.ToList()).ToList();
        var differences = new ScoreDifference[report.LeadMinutes.Count];
        for (var lead = 0; lead < differences.Length; lead++)
        {
            (ScoreTerm A, ScoreTerm B)[] terms = [.. blocks.Select(b => (Sum(b, model, score, lead), Sum(b, other, score, lead)))];
            var (a, b) = (Value(terms, t => t.A), Value(terms, t => t.B));
            var (lower, upper) = Interval(terms, options);
            differences[lead] = new(
                report.ComparedScores[score], report.LeadMinutes[lead], a, b, lower, upper, PValue(terms, a - b, options), terms.Length);
        }

        return differences;
    }

    private static ScoreTerm Sum(List<CaseTerms> block, int model, int score, int lead) => new(
        block.Sum(c => c.Terms[model][score][lead].Numerator), block.Sum(c => c.Terms[model][score][lead].Denominator));

    private static double Value((ScoreTerm A, ScoreTerm B)[] terms, Func<(ScoreTerm A, ScoreTerm B), ScoreTerm> side) =>
        CellChecks.Ratio(terms.Sum(t => side(t).Numerator), terms.Sum(t => side(t).Denominator));

    private static (double Lower, double Upper) Interval((ScoreTerm A, ScoreTerm B)[] terms, ResamplingOptions options)
    {
        if (terms.Length < 2)
        {
            return (double.NaN, double.NaN);
        }

        var random = new Random(options.Seed);
        var draws = new List<double>(options.Draws);
        var drawn = new (ScoreTerm A, ScoreTerm B)[terms.Length];
        for (var draw = 0; draw < options.Draws; draw++)
        {
            for (var i = 0; i < drawn.Length; i++)
            {
                drawn[i] = terms[random.Next(terms.Length)];
            }

            // A draw of blocks without rain has no score.
            if (Value(drawn, t => t.A) - Value(drawn, t => t.B) is var difference && !double.IsNaN(difference))
            {
                draws.Add(difference);
            }
        }

        draws.Sort();
        double Quantile(double q) => draws.Count == 0 ? double.NaN : draws[(int)Math.Round(q * (draws.Count - 1))];
        return (Quantile((1 - options.Confidence) / 2), Quantile((1 + options.Confidence) / 2));
    }

    private static double PValue((ScoreTerm A, ScoreTerm B)[] terms, double difference, ResamplingOptions options)
    {
        if (double.IsNaN(difference))
        {
            return double.NaN;
        }

        var all = terms.Length < 31 && 1L << terms.Length <= options.Draws;
        var draws = all ? 1L << terms.Length : options.Draws;
        var random = new Random(options.Seed);
        var swapped = new (ScoreTerm A, ScoreTerm B)[terms.Length];
        long larger = 0;
        for (long draw = 0; draw < draws; draw++)
        {
            for (var i = 0; i < swapped.Length; i++)
            {
                var swaps = all ? (draw >> i & 1) == 1 : random.Next(2) == 1;
                swapped[i] = swaps ? (terms[i].B, terms[i].A) : terms[i];
            }

            // The rounding of sums in another order must not make the same difference look smaller.
            var chance = Math.Abs(Value(swapped, t => t.A) - Value(swapped, t => t.B));
            larger += chance >= Math.Abs(difference) * (1 - 1e-9) ? 1 : 0;
        }

        return all ? (double)larger / draws : (larger + 1.0) / (draws + 1);
    }
}
