namespace Deep.Nowcast;

/// <summary>Weighted means and centred second moments of forecasts and observations; those of cases pool without loss (Chan et al. 1979).</summary>
/// <param name="Cells">Σ weight; all other numbers are NaN where it is 0.</param>
/// <param name="ForecastMean">mean f.</param>
/// <param name="ObservedMean">mean o.</param>
/// <param name="ForecastVariance">mean (f − mean f)².</param>
/// <param name="ObservedVariance">mean (o − mean o)².</param>
/// <param name="Covariance">mean (f − mean f)(o − mean o).</param>
/// <param name="MeanError">mean (f − o).</param>
/// <param name="MeanAbsoluteError">mean |f − o|.</param>
/// <param name="MeanSquaredError">mean (f − o)².</param>
/// <param name="MeanSquaredSum">mean (f + o)².</param>
public readonly record struct ContinuousMoments(
    double Cells, double ForecastMean, double ObservedMean, double ForecastVariance, double ObservedVariance, double Covariance,
    double MeanError, double MeanAbsoluteError, double MeanSquaredError, double MeanSquaredSum)
{
    /// <summary>The moments of both together.</summary>
    public static ContinuousMoments operator +(ContinuousMoments left, ContinuousMoments right)
    {
        if (left.Cells == 0 || right.Cells == 0)
        {
            return left.Cells == 0 ? right : left;
        }

        var cells = left.Cells + right.Cells;
        var (a, b) = (left.Cells / cells, right.Cells / cells);
        var (forecast, observed) = (right.ForecastMean - left.ForecastMean, right.ObservedMean - left.ObservedMean);
        double Mean(double one, double other) => (a * one) + (b * other);
        return new(
            cells,
            Mean(left.ForecastMean, right.ForecastMean),
            Mean(left.ObservedMean, right.ObservedMean),
            Mean(left.ForecastVariance, right.ForecastVariance) + (a * b * forecast * forecast),
            Mean(left.ObservedVariance, right.ObservedVariance) + (a * b * observed * observed),
            Mean(left.Covariance, right.Covariance) + (a * b * forecast * observed),
            Mean(left.MeanError, right.MeanError),
            Mean(left.MeanAbsoluteError, right.MeanAbsoluteError),
            Mean(left.MeanSquaredError, right.MeanSquaredError),
            Mean(left.MeanSquaredSum, right.MeanSquaredSum));
    }

    /// <summary>The moments of both together.</summary>
    /// <param name="left">One.</param>
    /// <param name="right">The other.</param>
    public static ContinuousMoments Add(ContinuousMoments left, ContinuousMoments right) => left + right;

    /// <summary>The moments with every cell counted <paramref name="weight"/> times.</summary>
    /// <param name="weight">Zero or above.</param>
    public ContinuousMoments Weighted(double weight) => this with { Cells = Cells * weight };
}
