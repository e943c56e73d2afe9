using System.Globalization;
using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using BitMiracle.LibTiff.Classic;

namespace Deep.Nowcast;

/// <summary>What GDAL's metadata tags say of a field in a TIFF.</summary>
internal sealed partial record TiffMetadata
{
    /// <summary>GDAL's metadata, XML.</summary>
    public const TiffTag Items = (TiffTag)42112;

    /// <summary>GDAL's missing value, a text.</summary>
    public const TiffTag NoData = (TiffTag)42113;

    private const int MaxText = 1 << 16;

    /// <summary>Unit, or null where it is not said.</summary>
    public RadarUnit? Unit { get; private init; }

    /// <summary>Time, or null.</summary>
    public DateTimeOffset? Time { get; private init; }

    /// <summary>Interval, or null.</summary>
    public TimeSpan? Interval { get; private init; }

    /// <summary>The PROJ string that the writers of this package writes, or null.</summary>
    public string? Projection { get; private init; }

    /// <summary>Metres in a projection unit, or null.</summary>
    public double? UnitMetres { get; private init; }

    /// <summary>Relation of reflectivity and rain, or null.</summary>
    public ReflectivityRelation? Relation { get; private init; }

    /// <summary>Slope, 1 by default.</summary>
    public double Gain { get; private init; } = 1;

    /// <summary>Intercept, 0 by default.</summary>
    public double Offset { get; private init; }

    /// <summary>The stored value of no observation, or null.</summary>
    public double? None { get; private init; }

    /// <summary>The stored value of no rain, or null.</summary>
    public double? Dry { get; private init; }

    /// <summary>Reads the tags.</summary>
    public static TiffMetadata Of(Tiff tiff)
    {
        // Some writers nest the XML in itself, escaped once more.
        var xml = WebUtility.HtmlDecode(WebUtility.HtmlDecode(Text(tiff, Items)));
        var items = new Dictionary<string, (string Value, string Attributes)>(StringComparer.OrdinalIgnoreCase);
        foreach (Match match in Item().Matches(xml))
        {
            items.TryAdd(match.Groups[1].Value, (match.Groups[3].Value.Trim(), match.Groups[2].Value));
        }

        var quantity = items.TryGetValue("Quantity", out var found)
            ? UnitAttribute().Match(found.Attributes) is { Success: true } unit ? unit.Groups[1].Value : found.Value
            : items.GetValueOrDefault("units").Value;
        var stamp = items.GetValueOrDefault("Observation time").Value ?? items.GetValueOrDefault("time").Value ?? "";
        return new TiffMetadata
        {
            Unit = quantity switch
            {
                "dBZ" => RadarUnit.Reflectivity,
                "mm h-1" or "mm/h" => RadarUnit.RainRate,
                "mm" => RadarUnit.Accumulation,
                _ => null,
            },
            Time = FileTime.OfName(stamp) ?? Parsed(stamp),
            Interval = Number("interval_seconds") is { } seconds and > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null,
            Projection = items.TryGetValue("proj", out var proj) ? proj.Value : null,
            UnitMetres = Number("unit_metres"),
            Relation = Number("zr_a") is { } a and > 0 && Number("zr_b") is { } b and > 0 ? new(a, b) : null,
            Gain = Number("Gain") ?? Number("SCALE") ?? 1,
            Offset = Number("Offset") ?? 0,
            None = Parse(Text(tiff, NoData)) ?? Number("Nodata"),
            Dry = Number("Undetect"),
        };

        double? Number(string name) => items.TryGetValue(name, out var item) ? Parse(item.Value) : null;
    }

    private static double? Parse(string text) =>
        double.TryParse(text.Trim('\0', ' '), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    private static DateTimeOffset? Parsed(string text) => DateTimeOffset.TryParse(
        text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
        ? time : null;

    private static string Text(Tiff tiff, TiffTag tag)
    {
        // Unregistered tags come as a count and the value.
        if (tiff.GetField(tag) is not { Length: > 0 } field)
        {
            return "";
        }

        var value = field[^1].Value;
        var text = value switch
        {
            byte[] bytes => Encoding.UTF8.GetString(bytes),
            _ => value?.ToString() ?? "",
        };
        return text.Length > MaxText ? text[..MaxText] : text;
    }

    [GeneratedRegex("<Item\\s+name=\"([^\"<>]{1,64})\"([^<>]{0,200})>([^<]{0,4000})</Item>")]
    private static partial Regex Item();

    [GeneratedRegex("unit=\"([^\"]{1,32})\"")]
    private static partial Regex UnitAttribute();
}
