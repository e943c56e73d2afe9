using System.Globalization;
using System.Text.RegularExpressions;

namespace Deep.Nowcast;

/// <summary>HDF5 of the Dutch weather service (KNMI, hdftag 3.5): rain sums and reflectivity of the Netherlands.</summary>
/// <remarks>Value = gain * stored + offset by the text of <c>calibration_formulas</c>; two stored values mean none.</remarks>
internal sealed partial class KnmiHdf5 : IRadarFormat
{
    private const string Calibration = "image1/calibration";
    private const string Data = "image1/image_data";

    /// <inheritdoc/>
    public bool Recognises(RadarBytes file)
    {
        if (!HdfFile.Begins(file.Content))
        {
            return false;
        }

        using var hdf = new HdfFile(file);
        return hdf.Has("geographic") && hdf.Has("image1") && hdf.Has("overview");
    }

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        using var hdf = new HdfFile(file);
        var formula = Formula().Match(hdf.RequiredText(Calibration, "calibration_formulas"));
        if (!formula.Success)
        {
            throw file.Error("calibration_formulas is not of the form GEO=a*PV+b.");
        }

        var (gain, offset) = (Parsed(formula.Groups[1]), Parsed(formula.Groups[2]));
        double?[] none =
            [hdf.Number(Calibration, "calibration_missing_data"), hdf.Number(Calibration, "calibration_out_of_image")];
        var grid = Grid(file, hdf, options);
        var end = Time(file, hdf.RequiredText("overview", "product_datetime_end"));
        var start = hdf.Text("overview", "product_datetime_start") is { } text ? Time(file, text) : end;
        var parameter = hdf.Text("image1", "image_geo_parameter") ?? "";
        var reflectivity = parameter.Contains("DBZ", StringComparison.OrdinalIgnoreCase);
        if (!reflectivity && !parameter.Contains("PRECIP", StringComparison.OrdinalIgnoreCase))
        {
            throw file.Error($"the image is {parameter}, neither a rain sum nor reflectivity.");
        }

        var unit = reflectivity ? RadarUnit.Reflectivity : RadarUnit.Accumulation;
        return new StoredField(
            grid, unit, end, end > start ? end - start : options.Interval ?? TimeSpan.FromMinutes(5),
            ReflectivityRelation.MarshallPalmer, Values);

        float[] Values()
        {
            using var opened = new HdfFile(file);
            return opened.Values(Data, options.MaxCells, stored =>
                none.Contains(stored) ? float.NaN : (float)((gain * stored) + offset));
        }
    }

    private static RadarGrid Grid(RadarBytes file, HdfFile hdf, RadarReadOptions options)
    {
        var (height, width) = (
            (long)hdf.RequiredNumber("geographic", "geo_number_rows"),
            (long)hdf.RequiredNumber("geographic", "geo_number_columns"));
        file.RequireCells(height, width, options);
        if (!hdf.Shape(Data).SequenceEqual([height, width]))
        {
            throw file.Error($"the image is [{string.Join(", ", hdf.Shape(Data))}], but {height} x {width} are declared.");
        }

        // The offsets count cells from the projection's origin; rows grow southwards, so a cell's height is negative.
        var (cellWidth, cellHeight) = (
            hdf.RequiredNumber("geographic", "geo_pixel_size_x"),
            Math.Abs(hdf.RequiredNumber("geographic", "geo_pixel_size_y")));
        var left = hdf.RequiredNumber("geographic", "geo_column_offset") * cellWidth;
        var top = -hdf.RequiredNumber("geographic", "geo_row_offset") * cellHeight;
        var kilometres = hdf.Text("geographic", "geo_dim_pixel") is not { } unit
            || unit.StartsWith("KM", StringComparison.OrdinalIgnoreCase);
        var grid = new RadarGrid
        {
            Height = (int)height,
            Width = (int)width,
            Projection = hdf.Text("geographic/map_projection", "projection_proj4_params") ?? "",
            Left = left,
            Top = top,
            Right = left + (width * cellWidth),
            Bottom = top - (height * cellHeight),
            UnitMetres = kilometres ? 1000 : 1,
        };
        return file.Checked(grid);
    }

    private static DateTimeOffset Time(RadarBytes file, string text) =>
        DateTimeOffset.TryParseExact(
            text, ["dd-MMM-yyyy;HH:mm:ss.fff", "dd-MMM-yyyy;HH:mm:ss"], CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var time)
            ? time
            : throw file.Error($"\"{text}\" is not a time such as 26-AUG-2010;00:05:00.000.");

    private static double Parsed(Group number) =>
        double.TryParse(number.Value.Replace(" ", "", StringComparison.Ordinal), CultureInfo.InvariantCulture, out var value)
            ? value : 0;

    [GeneratedRegex(@"^\s*GEO\s*=\s*([-+]?[0-9.]{1,20}(?:[eE][-+]?[0-9]{1,3})?)\s*\*\s*PV\s*([-+]\s*[0-9.]{1,20})?\s*$")]
    private static partial Regex Formula();
}
