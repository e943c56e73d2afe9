namespace Deep.Nowcast;

/// <summary>Rain rates as decibels, the scale on which rain is tracked and its statistics are near normal.</summary>
/// <remarks>dB = 10 log10(R). Below the threshold rain counts as none and gets one value a little below it.</remarks>
internal static class DecibelRain
{
    /// <summary>mm/h below which a pixel counts as dry.</summary>
    public const double Threshold = 0.1;

    /// <summary>The value of dry pixels, 5 dB below the threshold.</summary>
    public const double Dry = -15;

    /// <summary>mm/h to dB; NaN stays NaN.</summary>
    public static float[] From(ReadOnlySpan<float> rain)
    {
        var decibels = new float[rain.Length];
        for (var i = 0; i < rain.Length; i++)
        {
            decibels[i] = float.IsNaN(rain[i]) ? float.NaN : rain[i] < Threshold ? (float)Dry : 10 * MathF.Log10(rain[i]);
        }

        return decibels;
    }

    /// <summary>dB to mm/h; below the threshold 0, NaN stays NaN.</summary>
    public static float ToRain(float decibels) =>
        float.IsNaN(decibels) ? float.NaN : decibels < -10 ? 0 : MathF.Pow(10, decibels / 10);
}
