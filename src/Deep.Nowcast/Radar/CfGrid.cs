using System.Globalization;

namespace Deep.Nowcast;

/// <summary>The grid mapping of CF files as a PROJ string, and the bounds of their cells.</summary>
internal static class CfGrid
{
    /// <summary>A grid from its mapping variable and the first and last cell centres.</summary>
    public static RadarGrid Of(
        RadarBytes file, HdfFile hdf, string? mapping, (double First, double Last) x, (double First, double Last) y,
        bool southwards, int height, int width)
    {
        var proj = mapping is not null && hdf.Has(mapping) ? Projection(hdf, mapping) : "";
        var (cellWidth, cellHeight) = (Step(x, width), Math.Abs(Step(y, height)));
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
            UnitMetres = MapProjection.Parse(proj)?.UnitMetres ?? 1,
        });
    }

    // A single row or column has no neighbour to tell a cell's size.
    private static double Step((double First, double Last) ends, int count) =>
        count > 1 ? (ends.Last - ends.First) / (count - 1) : 1;

    private static string Projection(HdfFile hdf, string mapping)
    {
        if (hdf.Text(mapping, "proj4") is { Length: > 0 } proj4)
        {
            return proj4;
        }

        var kind = hdf.Text(mapping, "grid_mapping_name") switch
        {
            "albers_conical_equal_area" => "aea",
            "lambert_azimuthal_equal_area" => "laea",
            "lambert_conformal_conic" => "lcc",
            "polar_stereographic" => "stere",
            "mercator" => "merc",
            "transverse_mercator" => "tmerc",
            "latitude_longitude" => "longlat",
            _ => null,
        };
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
