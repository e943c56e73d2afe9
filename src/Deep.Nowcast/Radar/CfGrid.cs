using System.Globalization;

namespace Deep.Nowcast;

/// <summary>The grid mapping of CF files as a PROJ string, and the bounds of their cells.</summary>
internal static class CfGrid
{
    // No body that is mapped is smaller, in metres, or larger, in kilometres.
    private const double LeastMetres = 1e5;

    /// <summary>Attribute of our own files: metres in a unit of the coordinates.</summary>
    public const string UnitMetres = "unit_metres";

    /// <summary>Attribute of our own files: width and height of a cell.</summary>
    public const string PixelSize = "pixel_size";

    private static readonly Dictionary<string, string> s_names = new(StringComparer.Ordinal)
    {
        ["aea"] = "albers_conical_equal_area",
        ["laea"] = "lambert_azimuthal_equal_area",
        ["lcc"] = "lambert_conformal_conic",
        ["stere"] = "polar_stereographic",
        ["merc"] = "mercator",
        ["tmerc"] = "transverse_mercator",
        ["longlat"] = "latitude_longitude",
    };

    /// <summary>A grid from its mapping variable and the first and last cell centres.</summary>
    public static RadarGrid Of(
        RadarBytes file, HdfFile hdf, string? mapping, (double First, double Last) x, (double First, double Last) y,
        bool southwards, int height, int width)
    {
        var placed = mapping is not null && hdf.Has(mapping);
        var proj = placed ? Projection(hdf, mapping!) : "";

        // A single row or column has no neighbour to tell a cell's size: our own files say it.
        var size = placed ? hdf.Numbers(mapping!, PixelSize) : null;
        var cellWidth = width > 1 ? (x.Last - x.First) / (width - 1) : size is [var wide, _] ? wide : 1;
        var cellHeight = height > 1 ? Math.Abs(y.Last - y.First) / (height - 1) : size is [_, var tall] ? tall : 1;
        var top = (southwards ? y.First : y.Last) + (cellHeight / 2);
        return file.Checked(new RadarGrid
        {
            Height = height,
            Width = width,
            Projection = proj,
            Left = x.First - (cellWidth / 2),
            Right = x.Last + (cellWidth / 2),
            Top = top,
            Bottom = (southwards ? y.Last : y.First) - (cellHeight / 2),
            UnitMetres = (placed ? hdf.Number(mapping!, UnitMetres) : null) ?? MapProjection.Parse(proj)?.UnitMetres ?? 1,
        });
    }

    /// <summary>CF's name of a projection, or "" where it has none or ours is not known.</summary>
    public static string MappingName(string proj) => s_names.GetValueOrDefault(new ProjText(proj).Kind, "");

    /// <summary>CF's attributes of a projection.</summary>
    public static IEnumerable<(string Name, double[] Value)> Attributes(string proj)
    {
        var text = new ProjText(proj);
        var kind = text.Kind;
        if (MappingName(proj).Length == 0 || kind == "longlat")
        {
            yield break;
        }

        var (a, e2) = text.Ellipsoid();
        var metres = text.UnitMetres();

        // In metres; PROJ strings whose coordinates are kilometres may have the ellipsoid in them too, as KNMI's.
        var axis = a < LeastMetres ? 1000 * a : a;
        yield return ("semi_major_axis", [axis]);
        yield return ("semi_minor_axis", [axis * Math.Sqrt(1 - e2)]);
        yield return (kind switch
        {
            "laea" or "merc" => "longitude_of_projection_origin",
            "stere" => "straight_vertical_longitude_from_pole",
            _ => "longitude_of_central_meridian",
        }, [Degrees("lon_0") ?? 0]);
        if (kind != "merc")
        {
            yield return ("latitude_of_projection_origin", [Degrees("lat_0") ?? 0]);
        }

        double[] parallels = [.. new[] { Degrees("lat_ts"), Degrees("lat_1"), Degrees("lat_2") }.OfType<double>()];
        if (parallels.Length > 0)
        {
            yield return ("standard_parallel", parallels);
        }

        yield return ("false_easting", [(text.Number("x_0") ?? 0) / metres]);
        yield return ("false_northing", [(text.Number("y_0") ?? 0) / metres]);
        if ((text.Number("k_0") ?? text.Number("k")) is { } scale)
        {
            yield return (kind == "tmerc" ? "scale_factor_at_central_meridian" : "scale_factor_at_projection_origin", [scale]);
        }

        double? Degrees(string word) => text.Angle(word) * 180 / Math.PI;
    }

    private static string Projection(HdfFile hdf, string mapping)
    {
        if (hdf.Text(mapping, "proj4") is { Length: > 0 } proj4)
        {
            return proj4;
        }

        var name = hdf.Text(mapping, "grid_mapping_name");
        var kind = s_names.FirstOrDefault(known => known.Value == name).Key;
        if (kind is null)
        {
            return "";
        }

        var words = new List<string> { $"+proj={kind}" };
        Add("lon_0", "longitude_of_central_meridian", "longitude_of_projection_origin", "straight_vertical_longitude_from_pole");
        Add("lat_0", "latitude_of_projection_origin");
        var parallels = hdf.Numbers(mapping, "standard_parallel") ?? [];
        for (var i = 0; i < Math.Min(2, parallels.Length); i++)
        {
            words.Add(kind is "stere" or "merc" ? Word("lat_ts", parallels[i]) : Word($"lat_{i + 1}", parallels[i]));
        }

        Add("k_0", "scale_factor_at_central_meridian", "scale_factor_at_projection_origin");
        Add("x_0", "false_easting");
        Add("y_0", "false_northing");
        Add("a", "semi_major_axis", "earth_radius");
        Add("b", "semi_minor_axis");
        Add("rf", "inverse_flattening");
        return string.Join(' ', words);

        void Add(string word, params string[] attributes)
        {
            if (attributes.Select(name => hdf.Number(mapping, name)).FirstOrDefault(v => v is not null) is { } value)
            {
                words.Add(Word(word, value));
            }
        }

        static string Word(string word, double value) =>
            string.Create(CultureInfo.InvariantCulture, $"+{word}={value:0.############}");
    }
}
