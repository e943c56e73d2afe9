namespace Deep.NFNets;

/// <summary>
/// One point of a signal propagation plot (2101.08692, section 3): statistics of a feature map over pictures and
/// pixels.
/// </summary>
/// <param name="SquaredMean">Mean over the channels of the channel's squared mean; 0 in a well-behaved network.</param>
/// <param name="Variance">Mean over the channels of the channel's variance.</param>
/// <param name="BranchVariance">The same of the block's residual branch, before skip gain and alpha; null for the stem.
/// Near 1 in a well-behaved network.</param>
public sealed record SignalStatistics(double SquaredMean, double Variance, double? BranchVariance);
