using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Parity.Families.Nowcast.Metrics;

namespace Deep.Parity.Families.Nowcast;

/// <summary>Backward semi-Lagrangian advection.</summary>
public sealed class SemiLagrangianFamily : IParityFamily
{
    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Format == "deep-metric/1" && MetricCase.Metric(parity) == "semilagrangian";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var (metric, config) = (new MetricCase(parity, check), parity.Config);
        config.Informational("velocity");
        if (config.Whole("interp_order") != 1)
        {
            throw new MalformedCaseException("the case should interpolate linearly");
        }

        var shape = metric.Shape("precip");
        var velocity = metric.Input("velocity");
        var motion = new MotionField(shape[0], shape[1], velocity[..(velocity.Length / 2)], velocity[(velocity.Length / 2)..]);
        var fields = SemiLagrangian.Advect(
            [.. metric.Input("precip").Select(value => (float)value)], motion, config.Whole("timesteps"), config.Whole("n_iter"), (float)config.Number("outval", double.NaN));
        metric.Agree("fields", [.. fields.SelectMany(field => field.Select(value => (double)value))]);
        metric.Close();
    }
}
