namespace Deep.Training.Plots;

/// <summary>How a figure shows the range of runs that differ in their seed.</summary>
public enum RangeStyle
{
    /// <summary>A band from the least to the greatest value around the line of medians.</summary>
    Band,

    /// <summary>A bar from the least to the greatest value at each point.</summary>
    Bars,
}
