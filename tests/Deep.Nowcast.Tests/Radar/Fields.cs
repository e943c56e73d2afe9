using Deep.Nowcast;

namespace Deep.Tests.Nowcast.Radar;

/// <summary>Small fields for tests.</summary>
internal static class Fields
{
    public static readonly DateTimeOffset Noon = new(2026, 7, 1, 12, 0, 0, TimeSpan.Zero);

    public static RadarField Rate(int minutes, params float[] values) => new(
        values, RadarGrid.Plain(1, values.Length), RadarUnit.RainRate, Noon.AddMinutes(minutes), source: $"{minutes}.h5");

    /// <summary>Rates that differ from cell to cell, one of them without observation.</summary>
    public static RadarField Sloped(
        int height, int width, int minutes = 0, RadarUnit unit = RadarUnit.RainRate, RadarGrid? grid = null)
    {
        var values = Enumerable.Range(0, height * width).Select(i => (i % 17) * 0.5f).ToArray();
        values[height * width / 2] = float.NaN;
        return new(values, grid ?? RadarGrid.Plain(height, width), unit, Noon.AddMinutes(minutes), TimeSpan.FromMinutes(5));
    }
}
