namespace Deep.Nowcast;

// h rows, w columns

/// <summary>Where it may rain in the next step: at and around rain, less and less with the distance.</summary>
internal static class RainMask
{
    /// <summary>Draws a field towards dry away from rain.</summary>
    /// <param name="field">[h * w] in decibels, changed in place.</param>
    /// <param name="rain">[h * w] in decibels: the rain around which it may rain.</param>
    /// <param name="height">h.</param>
    /// <param name="width">w.</param>
    /// <param name="reach">Cells around rain that are free.</param>
    /// <param name="rim">Cells over which the mask fades after that.</param>
    public static void Apply(float[] field, float[] rain, int height, int width, int reach, int rim)
    {
        var distance = Distance(rain, height, width);
        for (var i = 0; i < field.Length; i++)
        {
            var weight = Math.Clamp(1 - ((distance[i] - reach) / (rim + 1f)), 0, 1);
            field[i] = (float)DecibelRain.Dry + ((field[i] - (float)DecibelRain.Dry) * weight);
        }
    }

    // Steps to the nearest wet cell along rows and columns, in two passes.
    private static int[] Distance(float[] rain, int height, int width)
    {
        const int far = 1 << 20;
        var distance = Array.ConvertAll(rain, value => value >= -10 ? 0 : far);
        for (var i = 0; i < distance.Length; i++)
        {
            var before = i % width > 0 ? distance[i - 1] : far;
            var above = i >= width ? distance[i - width] : far;
            distance[i] = Math.Min(distance[i], 1 + Math.Min(before, above));
        }

        for (var i = distance.Length - 1; i >= 0; i--)
        {
            var after = i % width < width - 1 ? distance[i + 1] : far;
            var below = i < width * (height - 1) ? distance[i + width] : far;
            distance[i] = Math.Min(distance[i], 1 + Math.Min(after, below));
        }

        return distance;
    }
}
