namespace Deep.Training.Plots;

/// <summary>How an axis of a figure is divided.</summary>
public enum AxisScale
{
    /// <summary>Equal differences are equally far apart.</summary>
    Linear,

    /// <summary>Equal ratios are equally far apart; values that are not above 0 have no place on it and are left out.</summary>
    Logarithmic,
}
