namespace Deep.Experiments;

/// <summary>The outcome of one training run of <see cref="ClippingClaim"/>.</summary>
/// <param name="ClipFactor">Lambda of adaptive gradient clipping; 0 for none.</param>
/// <param name="LearningRate">The peak rate.</param>
/// <param name="Seed">The seed of weights, order and augmentation.</param>
/// <param name="TestAccuracy">Top-1 share on the test pictures after the last step; null where the run broke down.</param>
/// <param name="TrainLoss">Mean loss of the last reported steps; null where the run broke down.</param>
/// <param name="BrokeDownAt">The step whose loss or gradient was not finite; null where there was none.</param>
/// <param name="ClippedShare">Share of clipped units over the last reported steps.</param>
/// <param name="Seconds">Wall-clock seconds of training.</param>
internal sealed record ClippingRun(
    double ClipFactor, double LearningRate, int Seed, double? TestAccuracy, double? TrainLoss, long? BrokeDownAt, double ClippedShare, double Seconds);
