namespace Deep.Training;

/// <summary>
/// How much was clipped: a share near 1 says that the clip factor rules the step, a share of 0 that it does nothing.
/// </summary>
/// <param name="Units">The number of units that were looked at.</param>
/// <param name="ClippedUnits">The number of them whose gradient was made shorter.</param>
public readonly record struct ClippingStatistics(long Units, long ClippedUnits)
{
    /// <summary>The share of clipped units, 0 to 1; 0 where there were none.</summary>
    public double ClippedShare => Units == 0 ? 0 : (double)ClippedUnits / Units;
}
