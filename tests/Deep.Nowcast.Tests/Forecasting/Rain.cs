using Deep.Nowcast;

namespace Deep.Nowcast.Tests.Forecasting;

/// <summary>Synthetic rain that moves in a known way.</summary>
internal static class Rain
{
    /// <summary>Soft cells of rain at places that follow from a seed; dry between them.</summary>
    public static Func<double, double, float> Cells(int seed, int height, int width, int cells = 60)
    {
        var random = new Random(seed);
        var places = Enumerable.Range(0, cells).Select(_ => (
            X: (random.NextDouble() * (width + 80)) - 40, Y: (random.NextDouble() * (height + 80)) - 40,
            Size: 3 + (9 * random.NextDouble()), Rate: 1 + (20 * random.NextDouble()))).ToArray();
        return (x, y) => (float)places.Sum(p =>
            p.Rate * Math.Exp(-(((x - p.X) * (x - p.X)) + ((y - p.Y) * (y - p.Y))) / (2 * p.Size * p.Size)));
    }

    /// <summary>A sequence in which cell (x, y) at time t shows what the first field has at from(x, y, t).</summary>
    public static RadarSequence Sequence(int fields, int height, int width, Func<double, double, float> rain,
        Func<double, double, int, (double X, double Y)> from, Func<int, int, bool>? missing = null) =>
        new(Enumerable.Range(0, fields).Select(t => Field(height, width, t, (row, column) =>
        {
            var (x, y) = from(column, row, t);
            return missing?.Invoke(row, column) == true ? float.NaN : rain(x, y);
        })), TimeSpan.FromMinutes(5), new RadarReadOptions { MaxRainRate = 1000 });

    /// <summary>A sequence of equal fields.</summary>
    public static RadarSequence Constant(int fields, int height, int width, float value) =>
        new(Enumerable.Range(0, fields).Select(t => Field(height, width, t, (_, _) => value)), TimeSpan.FromMinutes(5));

    private static RadarField Field(int height, int width, int t, Func<int, int, float> value)
    {
        var values = new float[height * width];
        for (var i = 0; i < values.Length; i++)
        {
            values[i] = value(i / width, i % width);
        }

        return new(values, RadarGrid.Plain(height, width), RadarUnit.RainRate,
            new DateTimeOffset(2026, 6, 1, 12, 0, 0, TimeSpan.Zero).AddMinutes(5 * t), TimeSpan.FromMinutes(5));
    }
}
