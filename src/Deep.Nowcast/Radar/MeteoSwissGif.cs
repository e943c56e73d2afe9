using System.Globalization;
using System.Text.RegularExpressions;

namespace Deep.Nowcast;

/// <summary>GIF of MeteoSwiss (AQC and its kin, "8bitmm"): rain sums whose logarithm is the palette index.</summary>
/// <remarks>
/// mm in the interval = (10^((index - 71.5) / 20) / 316)^(1 / 1.5); 0, 1 and 251 to 254 are dry, 255 is no observation.
/// Time and interval stand in the file's comment, the Swiss grid of 640 x 710 km does not.
/// </remarks>
internal sealed partial class MeteoSwissGif : IRadarFormat
{
    private const string Projection =
        "+proj=somerc +lon_0=7.43958333333333 +lat_0=46.9524055555556 +k_0=1 +x_0=600000 +y_0=200000 +ellps=bessel "
        + "+towgs84=674.374,15.056,405.346,0,0,0,0 +units=m +no_defs";

    private static readonly RadarGrid s_grid = new()
    {
        Height = 640,
        Width = 710,
        Projection = Projection,
        Left = 255_000,
        Bottom = -160_000,
        Right = 965_000,
        Top = 480_000,
    };

    /// <inheritdoc/>
    public bool Recognises(RadarBytes file) => GifIndices.Begins(file.Content);

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        var (height, width, comment, data) = GifIndices.Header(file);
        file.RequireCells(height, width, options);
        if (!comment.Contains("8bitmm", StringComparison.OrdinalIgnoreCase)
            || !comment.Contains("Meteoswiss", StringComparison.OrdinalIgnoreCase))
        {
            throw file.Error("its comment does not say that it holds rain sums of MeteoSwiss (8bitmm): any other GIF is a picture.");
        }

        if ((height, width) != (s_grid.Height, s_grid.Width))
        {
            throw file.Error($"it has {height} x {width} cells; the Swiss grid has {s_grid.Height} x {s_grid.Width}.");
        }

        var stamp = Product().Match(comment);
        var time = (stamp.Success ? FileTime.OfDay(stamp.Groups[1].Value) : null) ?? FileTime.Of(file, options);
        var minutes = Minutes().Match(comment) is { Success: true } sum
            ? int.Parse(sum.Groups[1].ValueSpan, CultureInfo.InvariantCulture) : 0;
        var interval = minutes > 0 ? TimeSpan.FromMinutes(minutes) : options.Interval ?? TimeSpan.FromMinutes(5);
        return new StoredField(s_grid, RadarUnit.Accumulation, time, interval, ReflectivityRelation.MeteoSwiss, Values);

        float[] Values()
        {
            var table = new float[256];
            for (var i = 0; i < table.Length; i++)
            {
                table[i] = i == 255 ? float.NaN : i is < 2 or > 250 ? 0
                    : (float)ReflectivityRelation.MeteoSwiss.RainRate((i - 71.5) / 2);
            }

            return [.. GifIndices.Decode(file, data, height * width).Select(index => table[index])];
        }
    }

    [GeneratedRegex(@"PRDT=[A-Z]{1,4}([0-9]{9})")]
    private static partial Regex Product();

    [GeneratedRegex(@"ACCUm=([0-9]{1,6})")]
    private static partial Regex Minutes();
}
