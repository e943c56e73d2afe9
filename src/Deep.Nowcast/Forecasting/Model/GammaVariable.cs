namespace Deep.Nowcast;

/// <summary>A Gamma variable of mean 1.</summary>
internal static class GammaVariable
{
    /// <summary>A draw (Marsaglia and Tsang 2000; below shape 1 by their boost).</summary>
    /// <param name="shape">Shape and rate; the variance is its reciprocal.</param>
    /// <param name="noise">Where chance comes from.</param>
    public static double Draw(double shape, NormalNoise noise)
    {
        var boosted = shape < 1 ? shape + 1 : shape;
        var d = boosted - (1.0 / 3);
        var c = 1 / Math.Sqrt(9 * d);
        for (var attempt = 0L; ; attempt++)
        {
            var radius = Math.Sqrt(-2 * Math.Log(noise.Unit(4 * attempt)));
            var x = radius * Math.Cos(2 * Math.PI * noise.Unit((4 * attempt) + 1));
            var v = Math.Pow(1 + (c * x), 3);
            if (v > 0 && Math.Log(noise.Unit((4 * attempt) + 2)) < (0.5 * x * x) + (d * (1 - v + Math.Log(v))))
            {
                var draw = shape < 1 ? d * v * Math.Pow(noise.Unit((4 * attempt) + 3), 1 / shape) : d * v;
                return draw / shape;
            }
        }
    }
}
