namespace Deep.Training.SignalPropagation;

/// <summary>A number with its rounding error beside it: about 32 decimal digits.</summary>
internal readonly record struct WideSum(double High, double Low)
{
    public static WideSum operator +(WideSum a, double b)
    {
        var sum = a.High + b;
        var share = sum - a.High;
        return Joined(sum, (a.High - (sum - share)) + (b - share) + a.Low);
    }

    public static WideSum operator *(WideSum a, double b)
    {
        var product = a.High * b;
        return Joined(product, Math.FusedMultiplyAdd(a.High, b, -product) + (a.Low * b));
    }

    public static double operator -(WideSum a, WideSum b) => (a.High - b.High) + (a.Low - b.Low);

    private static WideSum Joined(double high, double low)
    {
        var sum = high + low;
        return new(sum, low - (sum - high));
    }
}
