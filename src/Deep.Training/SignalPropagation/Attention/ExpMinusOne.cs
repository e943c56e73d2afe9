namespace Deep.Training.SignalPropagation;

/// <summary>e^x − 1 without the loss of digits near 0 (Kahan's way; .NET has no expm1).</summary>
internal static class ExpMinusOne
{
    public static double Of(double x)
    {
        var power = Math.Exp(x);
        return power == 1 ? x
            : power - 1 == -1 ? -1
            : double.IsPositiveInfinity(power) ? power
            : (power - 1) * x / Math.Log(power);
    }
}
