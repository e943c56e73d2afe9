namespace Deep.Nowcast;

/// <summary>Hit rate over false-alarm rate of decisions by a probability (relative operating characteristic; Mason 1982).</summary>
/// <param name="Thresholds">Decision limits in ascending order.</param>
/// <param name="HitRates">POD of "act at or above the limit"; NaN where the event was never observed.</param>
/// <param name="FalseAlarmRates">POFD of it; NaN where the event was always observed.</param>
public sealed record RocCurve(IReadOnlyList<double> Thresholds, IReadOnlyList<double> HitRates, IReadOnlyList<double> FalseAlarmRates)
{
    /// <summary>The area under the curve by trapezia, (0, 0) and (1, 1) included: 0.5 without skill, 1 perfect; NaN where a rate is.</summary>
    public double Area
    {
        get
        {
            (double X, double Y)[] points = [(1, 1), .. FalseAlarmRates.Zip(HitRates), (0, 0)];
            return points.Zip(points.Skip(1), (a, b) => (a.X - b.X) * (a.Y + b.Y) / 2).Sum();
        }
    }
}
