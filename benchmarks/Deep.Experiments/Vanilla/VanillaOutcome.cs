namespace Deep.Experiments.Vanilla;

/// <summary>What a training run of a character model came to; all losses in nats a character.</summary>
/// <param name="Plan">The run.</param>
/// <param name="Curve">Mean training loss of each twentieth of the steps, as far as the run came.</param>
/// <param name="ValidationLoss">On the first half of the text that was held out, to tune by; null where the run broke down.</param>
/// <param name="TestLoss">On the second half; null where the run broke down.</param>
/// <param name="LargestGradient">The largest norm of all gradients together before clipping, over the reports.</param>
/// <param name="BrokeDownAt">The step whose loss or gradient was not finite; null where there was none.</param>
/// <param name="Seconds">Wall-clock seconds.</param>
internal sealed record VanillaOutcome(
    VanillaPlan Plan, IReadOnlyList<double> Curve, double? ValidationLoss, double? TestLoss, double LargestGradient, long? BrokeDownAt,
    double Seconds) : IOutcome<VanillaPlan>;
