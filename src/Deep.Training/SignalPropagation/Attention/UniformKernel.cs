namespace Deep.Training.SignalPropagation;

/// <summary>What both forms of U-SPA share: the kernel (1 − ρ) I + ρ 11ᵀ.</summary>
internal static class UniformKernel
{
    public static (double Previous, double Next) Checked(string layer, double previous, double next) =>
        !(previous >= 0 && previous < 1) ? throw new ConfigurationException($"{layer}.PreviousCorrelation", "from 0 to below 1", previous)
        : !(next > previous && next < 1) ? throw new ConfigurationException($"{layer}.Correlation", $"above the previous {previous} and below 1", next)
        : (previous, next);

    /// <summary>Position j's own share in the Cholesky factor: the diagonal d_j.</summary>
    public static double Diagonal(double correlation, long j) =>
        Math.Sqrt((1 - correlation) * (1 + (j * correlation)) / (1 + ((j - 1) * correlation)));

    /// <summary>c_j, every entry of the Cholesky factor below the diagonal of column j.</summary>
    public static double Below(double correlation, long j) =>
        correlation * (1 - correlation) / ((1 + ((j - 1) * correlation)) * Diagonal(correlation, j));
}
