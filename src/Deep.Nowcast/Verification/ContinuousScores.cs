using static Deep.Nowcast.CellChecks;

namespace Deep.Nowcast;

/// <summary>Scores of the rain rate itself (Potts in Jolliffe and Stephenson, chapter 2), f forecast and o observation.</summary>
/// <param name="Moments">Means, variances and errors; those of cases can be pooled.</param>
/// <param name="SpearmanCorrelation">The correlation of the ranks, ties with their mean rank; NaN for fewer than 3 cells.</param>
/// <param name="Scatter">
/// Half the distance of the 16 % and 84 % quantiles of the error 10 log₁₀(f / o) in dB, weighted by o (Germann et al.
/// 2006), of the cells where both are above 0.
/// </param>
public sealed record ContinuousScores(ContinuousMoments Moments, double SpearmanCorrelation, double Scatter)
{
    /// <summary>ME = mean (f − o), the bias.</summary>
    public double MeanError => Moments.MeanError;

    /// <summary>MAE = mean |f − o|.</summary>
    public double MeanAbsoluteError => Moments.MeanAbsoluteError;

    /// <summary>MSE = mean (f − o)².</summary>
    public double MeanSquaredError => Moments.MeanSquaredError;

    /// <summary>RMSE = √MSE.</summary>
    public double RootMeanSquaredError => Math.Sqrt(MeanSquaredError);

    /// <summary>NMSE = MSE / mean (f + o)².</summary>
    public double NormalizedMeanSquaredError => Ratio(MeanSquaredError, Moments.MeanSquaredSum);

    /// <summary>DRMSE = √(MSE − ME²), the error without the bias.</summary>
    public double DebiasedRootMeanSquaredError => Math.Sqrt(Math.Max(0, MeanSquaredError - (MeanError * MeanError)));

    /// <summary>Pearson's correlation of f and o.</summary>
    public double PearsonCorrelation =>
        Ratio(Moments.Covariance, Math.Sqrt(Moments.ForecastVariance) * Math.Sqrt(Moments.ObservedVariance));

    /// <summary>β₁ = cov / var f, the conditional bias of the observations given the forecasts.</summary>
    public double Beta1 => Ratio(Moments.Covariance, Moments.ForecastVariance);

    /// <summary>β₂ = cov / var o, the conditional bias of the forecasts given the observations.</summary>
    public double Beta2 => Ratio(Moments.Covariance, Moments.ObservedVariance);

    /// <summary>RV = 1 − MSE / var o, the reduction of variance (Nash-Sutcliffe efficiency).</summary>
    public double ReductionOfVariance => 1 - Ratio(MeanSquaredError, Moments.ObservedVariance);
}
