using System.Globalization;

namespace Deep.Nowcast;

/// <summary>The words of a PROJ string.</summary>
internal sealed class ProjText(string proj)
{
    private readonly Dictionary<string, string> _words = proj
        .Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
        .Select(word => word.TrimStart('+').Split('=', 2))
        .GroupBy(word => word[0], StringComparer.Ordinal)
        .ToDictionary(group => group.Key, group => group.First() is [_, var value] ? value : "");

    /// <summary>The projection's name, or "".</summary>
    public string Kind => _words.GetValueOrDefault("proj", "");

    /// <summary>A word's number, or null.</summary>
    public double? Number(string name) =>
        _words.TryGetValue(name, out var text)
        && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) ? value : null;

    /// <summary>A word's angle in radians, or null.</summary>
    public double? Angle(string name)
    {
        if (!_words.TryGetValue(name, out var text) || text.Length == 0)
        {
            return null;
        }

        var sign = text[^1] is 'W' or 'w' or 'S' or 's' ? -1 : 1;
        var digits = text.TrimEnd('E', 'e', 'N', 'n', 'W', 'w', 'S', 's', 'd');
        return double.TryParse(digits, NumberStyles.Float, CultureInfo.InvariantCulture, out var degrees)
            ? sign * degrees * Math.PI / 180 : null;
    }

    /// <summary>Metres in one unit.</summary>
    public double UnitMetres() => _words.GetValueOrDefault("units", "m") switch
    {
        "km" => 1000,
        _ => 1,
    };

    /// <summary>Equatorial radius and squared eccentricity.</summary>
    public (double A, double E2) Ellipsoid()
    {
        if (Number("R") is { } radius)
        {
            return (radius, 0);
        }

        (double A, double B) named = (_words.GetValueOrDefault("ellps") ?? _words.GetValueOrDefault("datum")) switch
        {
            "GRS80" or "NAD83" => (6378137, 6378137 * (1 - (1 / 298.257222101))),
            "bessel" => (6377397.155, 6356078.962818189),
            "airy" or "OSGB36" => (6377563.396, 6356256.909237285),
            "intl" => (6378388, 6356911.9461279465),
            "clrk66" => (6378206.4, 6356583.8),
            "sphere" => (6370997, 6370997),
            _ => (6378137, 6356752.314245179),
        };
        if (Number("a") is not { } a)
        {
            return (named.A, 1 - (named.B * named.B / (named.A * named.A)));
        }

        // PROJ takes a alone as a sphere.
        var b = Number("b") ?? (Number("rf") is { } inverse && inverse > 1 ? a * (1 - (1 / inverse)) : a);
        return (a, 1 - (b * b / (a * a)));
    }
}
