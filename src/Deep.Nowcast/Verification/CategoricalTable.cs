using static Deep.Nowcast.CellChecks;

namespace Deep.Nowcast;

/// <summary>
/// The contingency table of a yes/no forecast and the scores that follow from it (Jolliffe and Stephenson, Forecast
/// Verification, chapter 3). Tables of cases add up: scores come from the sum, never from an average of scores.
/// </summary>
/// <remarks>H hits, M misses, F false alarms, R correct negatives, n their sum. A score whose denominator is 0 is NaN.</remarks>
/// <param name="Hits">Forecast and observed; a weight in cells.</param>
/// <param name="Misses">Observed, not forecast.</param>
/// <param name="FalseAlarms">Forecast, not observed.</param>
/// <param name="CorrectNegatives">Neither.</param>
public readonly record struct CategoricalTable(double Hits, double Misses, double FalseAlarms, double CorrectNegatives)
{
    /// <summary>n, the weight of all cells that were counted.</summary>
    public double Cells => Hits + Misses + FalseAlarms + CorrectNegatives;

    /// <summary>(H + M) / n: how often the event was observed.</summary>
    public double BaseRate => Ratio(Hits + Misses, Cells);

    /// <summary>POD = H / (H + M), the hit rate.</summary>
    public double ProbabilityOfDetection => Ratio(Hits, Hits + Misses);

    /// <summary>FAR = F / (H + F), the share of the alarms that were false.</summary>
    public double FalseAlarmRatio => Ratio(FalseAlarms, Hits + FalseAlarms);

    /// <summary>FA (POFD) = F / (F + R), the share of the dry cells with an alarm.</summary>
    public double FalseAlarmRate => Ratio(FalseAlarms, FalseAlarms + CorrectNegatives);

    /// <summary>ACC = (H + R) / n.</summary>
    public double Accuracy => Ratio(Hits + CorrectNegatives, Cells);

    /// <summary>CSI = H / (H + M + F), the critical success index or threat score.</summary>
    public double CriticalSuccessIndex => Ratio(Hits, Hits + Misses + FalseAlarms);

    /// <summary>BIAS = (H + F) / (H + M): above 1 the event is forecast too often.</summary>
    public double FrequencyBias => Ratio(Hits + FalseAlarms, Hits + Misses);

    /// <summary>HSS = 2 (H R − F M) / ((H + M)(M + R) + (H + F)(F + R)), the Heidke skill score.</summary>
    public double HeidkeSkill => Ratio(
        2 * ((Hits * CorrectNegatives) - (FalseAlarms * Misses)),
        ((Hits + Misses) * (Misses + CorrectNegatives)) + ((Hits + FalseAlarms) * (FalseAlarms + CorrectNegatives)));

    /// <summary>HK = POD − FA, the Hanssen-Kuipers discriminant or Peirce skill score.</summary>
    public double HanssenKuipers => ProbabilityOfDetection - FalseAlarmRate;

    /// <summary>GSS (ETS) = (H − H_r) / (H + M + F − H_r) with H_r = (H + M)(H + F) / n, the Gilbert skill score.</summary>
    public double GilbertSkill
    {
        get
        {
            var byChance = Ratio((Hits + Misses) * (Hits + FalseAlarms), Cells);
            return Ratio(Hits - byChance, Hits + Misses + FalseAlarms - byChance);
        }
    }

    /// <summary>
    /// SEDI = (ln FA − ln POD + ln(1 − POD) − ln(1 − FA)) / (ln FA + ln POD + ln(1 − POD) + ln(1 − FA)), for rare events
    /// (Ferro and Stephenson 2011). NaN where POD or FA is 0 or 1.
    /// </summary>
    public double ExtremalDependence
    {
        get
        {
            var (hit, alarm) = (ProbabilityOfDetection, FalseAlarmRate);
            var (a, b, c, d) = (Math.Log(alarm), Math.Log(hit), Math.Log(1 - hit), Math.Log(1 - alarm));
            var score = (a - b + c - d) / (a + b + c + d);
            return double.IsFinite(score) ? score : double.NaN;
        }
    }

    /// <summary>MCC = (H R − F M) / √((H + F)(H + M)(R + F)(R + M)), the Matthews correlation.</summary>
    public double MatthewsCorrelation => Ratio(
        (Hits * CorrectNegatives) - (FalseAlarms * Misses),
        Math.Sqrt((Hits + FalseAlarms) * (Hits + Misses) * (CorrectNegatives + FalseAlarms) * (CorrectNegatives + Misses)));

    /// <summary>F1 = 2 H / (2 H + F + M).</summary>
    public double F1 => Ratio(2 * Hits, (2 * Hits) + FalseAlarms + Misses);

    /// <summary>The table of both.</summary>
    public static CategoricalTable operator +(CategoricalTable left, CategoricalTable right) => new(
        left.Hits + right.Hits, left.Misses + right.Misses, left.FalseAlarms + right.FalseAlarms, left.CorrectNegatives + right.CorrectNegatives);

    /// <summary>The table of both.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static CategoricalTable Add(CategoricalTable left, CategoricalTable right) => left + right;

    /// <summary>The table with every cell counted <paramref name="weight"/> times, 1/q of importance sampling, say.</summary>
    /// <param name="weight">Zero or above.</param>
    public CategoricalTable Weighted(double weight) => new(Hits * weight, Misses * weight, FalseAlarms * weight, CorrectNegatives * weight);
}
