namespace Deep.Nowcast;

/// <summary>Scores pooled over the cases so far.</summary>
internal sealed class PooledVerification
{
    private readonly NowcastProtocol protocol;
    private readonly string[] names;
    private readonly RadarGrid grid;
    private readonly TimeSpan cadence;
    private readonly LeadScores[][] scores;
    private readonly ProbabilityTable[][] accumulations;
    private readonly RadialSpectrum?[] observedSpectra;
    private readonly double[] seconds;
    private readonly int[] members;
    private readonly List<CaseTerms> cases = [];
    private ForecastExample? example;
    private int? spectrumSide; // that of the first case where it is known: only spectra of one size add up
    private double mostRain = double.NegativeInfinity;

    public PooledVerification(NowcastProtocol protocol, string[] names, NowcastCase first)
    {
        (this.protocol, this.names, grid, cadence) = (protocol, names, first.Future.Grid, first.Future.Cadence);
        Nowcast.Require.That(cadence > TimeSpan.Zero, "RadarSequence.Cadence", "above 0", cadence);
        (seconds, members) = (new double[names.Length], new int[names.Length]);
        scores = [.. names.Select(_ => new LeadScores[protocol.Steps])];
        accumulations = [.. names.Select(_ => protocol.Accumulations.Select(_ => new ProbabilityTable()).ToArray())];
        observedSpectra = new RadialSpectrum?[protocol.Steps];
        Compared = [.. protocol.Thresholds.Select(t => FormattableString.Invariant($"csi {t} mm/h")), "crps", .. Windows().Select(NameOf)];
    }

    public int Cases => cases.Count;

    public IReadOnlyList<string> Compared { get; }

    public void Require(NowcastCase one)
    {
        Nowcast.Require.That(one.Weight >= 0 && double.IsFinite(one.Weight), "NowcastCase.Weight", "0 or above", one.Weight);
        Nowcast.Require.That(
            one.Future.Cadence == cadence || one.Future.Count == 1, "NowcastCase.Future.Cadence", $"{cadence}, that of the first case", one.Future.Cadence);
        if (one.Future.Count < protocol.Steps)
        {
            throw new ShapeException($"A case must have {protocol.Steps} future fields, but that of {one.Start:u} has {one.Future.Count}.");
        }

        if (one.Future.Grid.Height != grid.Height || one.Future.Grid.Width != grid.Width
            || one.Past.Grid.Height != grid.Height || one.Past.Grid.Width != grid.Width)
        {
            throw new ShapeException(
                $"All cases must have {grid.Height} x {grid.Width} cells, but that of {one.Start:u} has "
                + $"{one.Past.Grid.Height} x {one.Past.Grid.Width} and {one.Future.Grid.Height} x {one.Future.Grid.Width}.");
        }
    }

    public CaseScorer Begin(NowcastCase one) => new(one, protocol, names.Length, ExampleChoice.Rain(one, protocol.Steps) > mostRain);

    public void Add(CaseScorer scorer, CancellationToken cancellation)
    {
        var weight = scorer.Case.Weight;
        var terms = new IReadOnlyList<ScoreTerm>[names.Length][];
        var square = scorer.Square(spectrumSide);
        spectrumSide ??= square?.Height;
        for (var model = 0; model < names.Length; model++)
        {
            var (now, one) = (model, new LeadScores[protocol.Steps]);
            Parallel.For(0, protocol.Steps, new() { CancellationToken = cancellation }, step => one[step] = WithSpectra(scorer.Score(now, step), scorer, now, step, square));
            terms[model] = [.. Compared.Select((_, score) => one.Select(lead => TermOf(lead, score, weight)).ToArray())];
            foreach (var (table, more) in accumulations[model].Zip(scorer.Accumulations(model)))
            {
                table.Add(more, weight);
            }

            for (var step = 0; step < one.Length; step++)
            {
                scores[model][step] = scores[model][step] is { } before ? before.Add(one[step], weight) : one[step].Weighted(weight);
            }

            (seconds[model], members[model]) = (seconds[model] + scorer.Seconds[model], scorer.Members(model));
        }

        for (var step = 0; step < protocol.Steps; step++)
        {
            observedSpectra[step] = LeadScores.Sum(observedSpectra[step], square is { } s ? scorer.ObservedSpectrum(step, s) : null, weight);
        }

        cases.Add(new(scorer.Case.Start, weight, terms));
        if (scorer.KeepsMaps)
        {
            (mostRain, example) = (ExampleChoice.Rain(scorer.Case, protocol.Steps), ExampleOf(scorer));
        }
    }

    public NowcastReport Report() => new()
    {
        Protocol = protocol,
        LeadMinutes = [.. Enumerable.Range(1, protocol.Steps).Select(step => step * cadence.TotalMinutes)],
        PixelKilometres = grid.PixelKilometres,
        Models = [.. names.Select((name, i) => new ModelScores(name, members[i], scores[i], accumulations[i], seconds[i]))],
        ObservedSpectra = observedSpectra,
        ComparedScores = Compared,
        Cases = cases,
        Example = example,
    };

    private static LeadScores WithSpectra(LeadScores scores, CaseScorer scorer, int model, int step, CentralWindow? square)
    {
        if (square is not { } known)
        {
            return scores;
        }

        var (members, mean) = scorer.Spectra(model, step, known);
        return scores with { MemberSpectrum = members, MeanSpectrum = mean };
    }

    private ForecastExample ExampleOf(CaseScorer scorer)
    {
        var steps = ExampleChoice.Steps(protocol.Steps);
        return new(
            scorer.Case.Start, scorer.Case.Past.Fields[^1], [.. steps.Select(s => (int)Math.Round((s + 1) * cadence.TotalMinutes))],
            [.. steps.Select(s => scorer.Case.Future.Fields[s])], [.. scorer.Maps.Select((maps, i) => maps with { Name = names[i] })]);
    }

    private IEnumerable<(int Window, Pooling Pooling)> Windows()
    {
        var side = protocol.WindowPixels ?? Math.Min(grid.Height, grid.Width);
        return from window in protocol.PoolingWindows
               where window > 1 && window <= side
               from pooling in new[] { Pooling.Average, Pooling.Maximum }
               select (window, pooling);
    }

    private static string NameOf((int Window, Pooling Pooling) pooled) =>
        $"crps {(pooled.Pooling == Pooling.Average ? "average" : "maximum")} {pooled.Window}";

    private ScoreTerm TermOf(LeadScores lead, int score, double weight)
    {
        if (score < protocol.Thresholds.Count)
        {
            var table = lead.MemberTables[score].Weighted(weight);
            return new(table.Hits, table.Hits + table.Misses + table.FalseAlarms);
        }

        var place = score - protocol.Thresholds.Count - 1;
        var crps = (place < 0 ? lead.Crps : lead.PooledCrps.Where(p => p.Window > 1).ElementAt(place).Score).Weighted(weight);
        return new(crps.ExactSum, crps.Cells);
    }
}
