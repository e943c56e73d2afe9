namespace Deep.Nowcast;

/// <summary>The forecasts of all models for one case, cut to what counts, until they are scored on the same cells.</summary>
internal sealed class CaseScorer
{
    private readonly NowcastProtocol protocol;
    private readonly CentralWindow window;
    private readonly float[][][] members; // [models][leads][members * cells of the window]
    private readonly float[][][][] pictured; // [models][leads][some members, and the mean][cells of the grid]
    private readonly bool[][] unknown; // [leads][cells of the grid]: not observed, or a model knows nothing

    public CaseScorer(NowcastCase one, NowcastProtocol protocol, int models, bool keepsMaps)
    {
        (Case, this.protocol, KeepsMaps) = (one, protocol, keepsMaps);
        window = CentralWindow.Of(one.Future.Grid, protocol.WindowPixels);
        unknown = [.. Enumerable.Range(0, protocol.Steps).Select(step => Array.ConvertAll(one.Future.Fields[step].Values, float.IsNaN))];
        (members, pictured) = (new float[models][][], new float[models][][][]);
        (Seconds, Maps) = (new double[models], new ExampleMaps[models]);
    }

    public NowcastCase Case { get; }

    public bool KeepsMaps { get; }

    public double[] Seconds { get; }

    public ExampleMaps[] Maps { get; }

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
        (members[model], pictured[model]) = (new float[protocol.Steps][], new float[protocol.Steps][][]);
        Parallel.For(0, protocol.Steps, step =>
        {
            var cells = members[model][step] = new float[forecast.Members * window.Cells];
            for (var member = 0; member < forecast.Members; member++)
            {
                var one = forecast.Values(member, step);
                window.Copy(one, cells.AsSpan(member * window.Cells, window.Cells));
                for (var i = 0; i < one.Length; i++)
                {
                    unknown[step][i] |= float.IsNaN(one[i]);
                }
            }

            pictured[model][step] = Pictured(forecast, step);
        });
        if (KeepsMaps)
        {
            Maps[model] = ExampleChoice.MapsOf(forecast, protocol);
        }
    }

    /// <summary>The model's scores at a lead time, without spectra.</summary>
    public LeadScores Score(int model, int step) => LeadScorer.Score(
        Array.ConvertAll(members[model][step], v => (double)v), Counted(step), window.Height, window.Width, protocol);

    /// <summary>Where spectra are taken: the square of this side that all know at all lead times; null where there is none.</summary>
    /// <param name="side">Its side; null for the largest: the protocol's, or half of it, and so on.</param>
    public CentralWindow? Square(int? side)
    {
        var grid = Case.Future.Grid;
        var any = new bool[grid.Height * grid.Width];
        foreach (var lead in unknown)
        {
            for (var i = 0; i < any.Length; i++)
            {
                any[i] |= lead[i];
            }
        }

        var most = Math.Min(protocol.SpectrumPixels, Math.Min(grid.Height, grid.Width));
        return side is { } fixedSide ? KnownSquare.Of(any, grid, fixedSide) : KnownSquare.Largest(any, grid, most);
    }

    /// <summary>The observation's spectrum in a square.</summary>
    public RadialSpectrum ObservedSpectrum(int step, CentralWindow square) => Spectrum([Case.Future.Fields[step].Values], square);

    /// <summary>The spectra of the model's members and of their mean in a square.</summary>
    public (RadialSpectrum Members, RadialSpectrum Mean) Spectra(int model, int step, CentralWindow square)
    {
        var fields = pictured[model][step];
        var mean = Spectrum(fields[^1..], square);
        return (fields.Length == 1 ? mean : Spectrum(fields[..^1], square), mean);
    }

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

    private double[] Counted(int step)
    {
        var cells = window.Cut(Case.Future.Fields[step].Values);
        for (var i = 0; i < cells.Length && protocol.CommonCells; i++)
        {
            cells[i] = unknown[step][window.CellOf(i)] ? double.NaN : cells[i];
        }

        return cells;
    }

    // The fields whose spectra are taken: the mean spectrum of a few members is that of all of them. The last is the mean.
    private static float[][] Pictured(NowcastEnsemble forecast, int step)
    {
        const int Counted = 4;
        if (forecast.Members == 1)
        {
            return [forecast.Values(0, step).ToArray()];
        }

        var sums = new double[forecast.Grid.Height * forecast.Grid.Width];
        for (var member = 0; member < forecast.Members; member++)
        {
            var one = forecast.Values(member, step);
            for (var i = 0; i < sums.Length; i++)
            {
                sums[i] += one[i];
            }
        }

        return
        [
            .. Enumerable.Range(0, Math.Min(Counted, forecast.Members)).Select(member => forecast.Values(member, step).ToArray()),
            Array.ConvertAll(sums, sum => (float)(sum / forecast.Members)),
        ];
    }

    private RadialSpectrum Spectrum(float[][] fields, CentralWindow square) => fields
        .Select(field => NowcastMetrics.RadialSpectrum(square.Cut(field), square.Height, square.Width, Case.Future.Grid.PixelKilometres))
        .Aggregate((sum, one) => sum.Add(one));
}
