using Deep.Checkpoints;

namespace Deep.Nowcast;

/// <summary>The outcome of a verification: every score of every model and lead time, pooled over the cases.</summary>
/// <remarks>Immutable. A score that is not defined (no rain, nothing observed, one member) is NaN; in JSON it is null, in CSV empty.</remarks>
public sealed record NowcastReport
{
    /// <summary>How it was verified.</summary>
    public required NowcastProtocol Protocol { get; init; }

    /// <summary>The lead times in minutes.</summary>
    public required IReadOnlyList<double> LeadMinutes { get; init; }

    /// <summary>The length of a cell's side in km, for wavelengths.</summary>
    public required double PixelKilometres { get; init; }

    /// <summary>The models, in the order in which they were given.</summary>
    public required IReadOnlyList<ModelScores> Models { get; init; }

    /// <summary>The spectrum of the observation at each lead time; null where no field was known as a whole.</summary>
    public required IReadOnlyList<RadialSpectrum?> ObservedSpectra { get; init; }

    /// <summary>Names of the scores that <see cref="Compare"/> takes.</summary>
    public required IReadOnlyList<string> ComparedScores { get; init; }

    /// <summary>What each case contributed to them.</summary>
    public required IReadOnlyList<CaseTerms> Cases { get; init; }

    /// <summary>Σ weight of the cases.</summary>
    public double Weight => Cases.Sum(c => c.Weight);

    /// <summary>The case with the most observed rain, as maps; null where none was kept.</summary>
    public ForecastExample? Example { get; init; }

    /// <summary>The scores of a model.</summary>
    /// <param name="model">Its name.</param>
    /// <exception cref="ConfigurationException">No model has this name.</exception>
    public ModelScores Of(string model) => Models[IndexOf(model)];

    /// <summary>All scores as rows: one number each, with what it belongs to.</summary>
    public IEnumerable<ScoreRow> Rows() => ScoreRows.Of(this);

    /// <summary>
    /// Whether one model is better than another: the difference of a pooled score with a bootstrap interval over blocks
    /// of cases, and the p-value of a paired permutation test (2104.00954, Methods: over every other week).
    /// </summary>
    /// <param name="model">The model.</param>
    /// <param name="other">The model it is compared with.</param>
    /// <param name="score">One of <see cref="ComparedScores"/>.</param>
    /// <param name="options">Blocks and draws; null for the default.</param>
    /// <returns>One for each lead time.</returns>
    /// <exception cref="ConfigurationException">A model or the score is not in the report, or an option is out of its range.</exception>
    public IReadOnlyList<ScoreDifference> Compare(string model, string other, string score, ResamplingOptions? options = null)
    {
        var (a, b, s) = (IndexOf(model), IndexOf(other), ComparedScores.ToList().IndexOf(score));
        Require.That(s >= 0, nameof(score), string.Join(", ", ComparedScores), score);
        return PairedResampling.Compare(this, a, b, s, options ?? ResamplingOptions.Default);
    }

    /// <summary>Writes all numbers as JSON, as a whole or not at all.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written; nothing has changed.</exception>
    public void SaveJson(string path) => AtomicFile.Write(path, stream => ReportJson.Write(this, stream));

    /// <summary>Writes all scores as a table with the columns model, lead_minutes, score, threshold, scale and value.</summary>
    /// <param name="path">The file; its folder must exist.</param>
    /// <exception cref="IOException">The file cannot be written; nothing has changed.</exception>
    public void SaveCsv(string path) => AtomicFile.Write(path, stream =>
    {
        using var writer = new StreamWriter(stream, leaveOpen: true);
        writer.WriteLine("model,lead_minutes,score,threshold,scale,value");
        foreach (var row in Rows())
        {
            writer.WriteLine(row.ToCsv());
        }
    });

    private int IndexOf(string model)
    {
        var index = Models.ToList().FindIndex(m => m.Name == model);
        Require.That(index >= 0, nameof(model), string.Join(", ", Models.Select(m => m.Name)), model);
        return index;
    }
}
