using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Deep.Nn;

/// <summary>Activations of sixteen numbers at once, to within a few units of the last place of a 32-bit float.</summary>
internal static class VectorActivation
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Apply(FusedActivation activation, Vector512<float> x) => activation switch
    {
        FusedActivation.Relu => Vector512.Max(x, Vector512<float>.Zero),
        FusedActivation.Silu => Silu(x),
        FusedActivation.GeluTanh => GeluTanh(x),
        FusedActivation.Gelu => Gelu(x),
        _ => x,
    };

    // Below the lower bounds the result is zero to the last digit, while the quotient of two capped numbers would not be.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Silu(Vector512<float> x)
    {
        x = Vector512.Max(x, Vector512.Create(-88f));
        return x / (Vector512<float>.One + Exp(-x));
    }

    // 0.5 (1 + tanh(u)) is sigmoid(2u), with u = sqrt(2 / pi) (x + 0.044715 x^3).
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> GeluTanh(Vector512<float> x)
    {
        x = Vector512.Max(x, Vector512.Create(-12f));
        var inner = x * Vector512.MultiplyAddEstimate(x * x, Vector512.Create(-2 * 0.7978845608f * 0.044715f), Vector512.Create(-2 * 0.7978845608f));
        return x / (Vector512<float>.One + Exp(inner));
    }

    // Phi(x) by the error function's formula 7.1.26 of Abramowitz and Stegun: absolute error below 1.5e-7.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Gelu(Vector512<float> x)
    {
        var z = Vector512.Abs(x) * Vector512.Create(0.70710678118f);
        var t = Vector512<float>.One / Vector512.MultiplyAddEstimate(z, Vector512.Create(0.3275911f), Vector512<float>.One);
        var series = Vector512.MultiplyAddEstimate(t, Vector512.Create(1.061405429f), Vector512.Create(-1.453152027f));
        series = Vector512.MultiplyAddEstimate(series, t, Vector512.Create(1.421413741f));
        series = Vector512.MultiplyAddEstimate(series, t, Vector512.Create(-0.284496736f));
        series = Vector512.MultiplyAddEstimate(series, t, Vector512.Create(0.254829592f)) * t;
        var tail = series * Exp(-(z * z)) * Vector512.Create(0.5f);
        return x * Vector512.ConditionalSelect(Vector512.LessThan(x, Vector512<float>.Zero), tail, Vector512<float>.One - tail);
    }

    // 2^n e^r with |r| <= ln(2) / 2 and Cephes' polynomial; arguments are held where the result is an ordinary float.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<float> Exp(Vector512<float> x)
    {
        x = Vector512.Min(Vector512.Max(x, Vector512.Create(-87.3f)), Vector512.Create(88.3f));
        var n = Vector512.Floor(Vector512.MultiplyAddEstimate(x, Vector512.Create(1.44269504088896341f), Vector512.Create(0.5f)));
        var r = Vector512.MultiplyAddEstimate(n, Vector512.Create(-0.693359375f), x);
        r = Vector512.MultiplyAddEstimate(n, Vector512.Create(2.12194440e-4f), r);
        var p = Vector512.MultiplyAddEstimate(Vector512.Create(1.9875691500e-4f), r, Vector512.Create(1.3981999507e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(8.3334519073e-3f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(4.1665795894e-2f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(1.6666665459e-1f));
        p = Vector512.MultiplyAddEstimate(p, r, Vector512.Create(5.0000001201e-1f));
        var y = Vector512.MultiplyAddEstimate(p * r, r, r) + Vector512<float>.One;
        var power = (Vector512.ConvertToInt32(n) + Vector512.Create(127)) << 23;
        return y * power.AsSingle();
    }
}
