using Deep.Nowcast;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Nowcast.Metrics;

/// <summary>Scores of the rain rate itself.</summary>
internal static class ContinuousCases
{
    public static void Run(MetricCase one)
    {
        var scores = NowcastMetrics.Continuous(one.Input("pred"), one.Input("obs"), new()
        {
            Conditioning = one.Config.Text("conditioning", "all") switch
            {
                "all" => Conditioning.All,
                "single" => Conditioning.EitherWet,
                "double" => Conditioning.BothWet,
                var other => throw new MalformedCaseException($"the conditioning {other} is not known to the adapter"),
            },
            Threshold = one.Config.Number("threshold"),
            OwnMoments = true,
        });
        one.Agree("ME", scores.MeanError);
        one.Agree("MAE", scores.MeanAbsoluteError);
        one.Agree("MSE", scores.MeanSquaredError);
        one.Agree("NMSE", scores.NormalizedMeanSquaredError);
        one.Agree("RMSE", scores.RootMeanSquaredError);
        one.Agree("corr_p", scores.PearsonCorrelation);
        one.Agree("beta1", scores.Beta1);
        one.Agree("beta2", scores.Beta2);
        one.Agree("DRMSE", scores.DebiasedRootMeanSquaredError);
        one.Agree("RV", scores.ReductionOfVariance);
        one.Agree("corr_s", scores.SpearmanCorrelation);
        one.Agree("scatter", scores.Scatter);
    }
}
