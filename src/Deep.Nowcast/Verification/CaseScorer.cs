namespace Deep.Nowcast;

/// <summary>The forecasts of all models for one case, cut to what counts, until they are scored on the same cells.</summary>
internal sealed class CaseScorer
{
    private readonly NowcastProtocol protocol;
    private readonly CentralWindow window;
    private readonly CentralWindow square;
    private readonly double[][] observed;
    private readonly double[][][] members; // [models][leads][members * cells]
    private readonly double[][] known; // [leads][cells]: NaN where a model knows nothing

    public CaseScorer(NowcastCase one, NowcastProtocol protocol, int models, bool keepsMaps)
    {
        (Case, this.protocol, KeepsMaps) = (one, protocol, keepsMaps);
        window = CentralWindow.Of(one.Future.Grid, protocol.WindowPixels);
        square = CentralWindow.Of(one.Future.Grid, SpectrumSide(one.Future.Grid, protocol));
        observed = [.. Enumerable.Range(0, protocol.Steps).Select(step => window.Cut(one.Future.Fields[step].Values))];
        known = [.. observed.Select(o => (double[])o.Clone())];
        members = new double[models][][];
        (Seconds, Maps) = (new double[models], new ExampleMaps[models]);
        (MemberSpectra, MeanSpectra) = (new RadialSpectrum?[models][], new RadialSpectrum?[models][]);
        ObservedSpectra =
        [
            .. Enumerable.Range(0, protocol.Steps).Select(step => LeadScorer.Spectrum(
                [square.Cut(one.Future.Fields[step].Values)], square.Height, one.Future.Grid.PixelKilometres)),
        ];
    }

    public NowcastCase Case { get; }

    public bool KeepsMaps { get; }

    public double[] Seconds { get; }

    public ExampleMaps[] Maps { get; }

    public RadialSpectrum?[] ObservedSpectra { get; }

    public RadialSpectrum?[][] MemberSpectra { get; }

    public RadialSpectrum?[][] MeanSpectra { get; }

    public static int SpectrumSide(RadarGrid grid, NowcastProtocol protocol) =>
        Math.Min(protocol.SpectrumPixels, Math.Min(grid.Height, grid.Width));

    public int Members(int model) => members[model][0].Length / window.Cells;

    public void Add(int model, NowcastEnsemble forecast, double seconds)
    {
        if (forecast.Steps < protocol.Steps || forecast.Grid.Height != Case.Future.Grid.Height || forecast.Grid.Width != Case.Future.Grid.Width)
        {
            throw new ShapeException(
                $"A forecast must have {protocol.Steps} steps of {Case.Future.Grid.Height} x {Case.Future.Grid.Width} cells, but has "
                + $"{forecast.Steps} of {forecast.Grid.Height} x {forecast.Grid.Width}.");
        }

        Seconds[model] = seconds;
        members[model] = new double[protocol.Steps][];
        (MemberSpectra[model], MeanSpectra[model]) = (new RadialSpectrum?[protocol.Steps], new RadialSpectrum?[protocol.Steps]);
        Parallel.For(0, protocol.Steps, step =>
        {
            var cells = members[model][step] = new double[forecast.Members * window.Cells];
            for (var member = 0; member < forecast.Members; member++)
            {
                window.Copy(forecast.Values(member, step), cells.AsSpan(member * window.Cells, window.Cells));
            }

            for (var i = 0; i < cells.Length && protocol.CommonCells; i++)
            {
                known[step][i % window.Cells] += cells[i]; // only whether it is NaN matters
            }

            Spectra(model, forecast, step);
        });
        if (KeepsMaps)
        {
            Maps[model] = ExampleChoice.MapsOf(forecast, protocol);
        }
    }

    /// <summary>The model's scores at a lead time.</summary>
    public LeadScores Score(int model, int step) =>
        LeadScorer.Score(members[model][step], Counted(step), window.Height, window.Width, protocol) with
        {
            MemberSpectrum = MemberSpectra[model][step],
            MeanSpectrum = MeanSpectra[model][step],
        };

    /// <summary>The model's probabilities of accumulations over all lead times.</summary>
    public IReadOnlyList<ProbabilityTable> Accumulations(int model)
    {
        var hours = Case.Future.Cadence.TotalHours;
        var (sums, truth) = (new double[members[model][0].Length], new double[window.Cells]);
        for (var step = 0; step < protocol.Steps; step++)
        {
            var counted = Counted(step);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += members[model][step][i] * hours;
            }

            for (var i = 0; i < truth.Length; i++)
            {
                truth[i] += counted[i] * hours;
            }
        }

        return [.. protocol.Accumulations.Select(mm => NowcastMetrics.EnsembleProbabilities(sums, truth, new(mm)))];
    }

    private double[] Counted(int step) => !protocol.CommonCells
        ? observed[step]
        : [.. observed[step].Zip(known[step], (o, k) => double.IsNaN(k) ? double.NaN : o)];

    private void Spectra(int model, NowcastEnsemble forecast, int step)
    {
        const int Counted = 4; // the mean spectrum of a few members is that of all of them
        var spacing = Case.Future.Grid.PixelKilometres;
        MemberSpectra[model][step] = LeadScorer.Spectrum(
            Enumerable.Range(0, Math.Min(Counted, forecast.Members)).Select(m => square.Cut(forecast.Values(m, step))), square.Height, spacing);
        if (forecast.Members == 1)
        {
            MeanSpectra[model][step] = MemberSpectra[model][step];
            return;
        }

        var mean = new double[square.Cells];
        for (var member = 0; member < forecast.Members; member++)
        {
            var one = square.Cut(forecast.Values(member, step));
            for (var i = 0; i < mean.Length; i++)
            {
                mean[i] += one[i] / forecast.Members;
            }
        }

        MeanSpectra[model][step] = LeadScorer.Spectrum([mean], square.Height, spacing);
    }
}
