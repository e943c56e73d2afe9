namespace Deep.Nowcast;

// K levels, h rows, w columns, q ratio of neighbouring scales

/// <summary>Band-pass filters that part a field into scales, each a constant factor smaller than the one before.</summary>
/// <remarks>Pulkkinen et al. 2018: Gaussian in the logarithm of the wavenumber, standard deviation half a level, summing to
/// one at every wavenumber; the mean belongs to the first level.</remarks>
internal static class CascadeFilters
{
    private const double Deviation = 0.5;

    /// <summary>How many levels a grid bears: no level is narrower than a factor 1.5 of scale.</summary>
    public static int LevelsOf(int height, int width, int most)
    {
        var longest = Math.Max(height, width) / 2.0;
        return longest < 2 ? 1 : Math.Clamp((int)Math.Floor(Math.Log(longest) / Math.Log(1.5)), 1, most);
    }

    /// <summary>The weights of all levels.</summary>
    /// <returns>[K, h, w / 2 + 1]: for the half spectrum of a real transform; row-major.</returns>
    public static float[] Weights(int height, int width, int levels)
    {
        var half = (width / 2) + 1;
        var weights = new float[levels * height * half];
        var logQ = Math.Log(Math.Max(2, Math.Max(height, width)) / 2.0) / levels;
        var centres = Enumerable.Range(0, levels)
            .Select(k => Math.Log((Math.Exp(k * logQ) + Math.Exp((k + 1) * logQ)) / 2) / Math.Max(logQ, 1e-9)).ToArray();
        Parallel.For(0, height, row =>
        {
            var own = new double[levels];
            var y = row <= height / 2 ? row : row - height;
            for (var x = 0; x < half; x++)
            {
                var radius = Math.Sqrt(((double)x * x) + ((double)y * y));
                var place = radius <= 1 ? 0 : Math.Log(radius) / Math.Max(logQ, 1e-9);
                var sum = 0.0;
                for (var k = 0; k < levels; k++)
                {
                    own[k] = levels == 1 ? 1 : Math.Exp(-Math.Pow(place - centres[k], 2) / (2 * Deviation * Deviation));
                    sum += own[k];
                }

                for (var k = 0; k < levels; k++)
                {
                    weights[(((k * height) + row) * half) + x] = radius == 0 ? (k == 0 ? 1 : 0) : (float)(own[k] / sum);
                }
            }
        });
        return weights;
    }
}
