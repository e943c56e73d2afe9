using System.Globalization;

namespace Deep.Nowcast;

/// <summary>
/// NetCDF-4 files that follow the CF conventions, such as the Rainfields products of the Australian Bureau of
/// Meteorology and what the writers of this package writes: one rain or reflectivity variable [y, x] or [1, y, x].
/// </summary>
/// <remarks>
/// Value = scale_factor * stored + add_offset, <c>_FillValue</c> means no observation. Coordinates are cell centres (CF,
/// section 4); the bounds lie half a cell outside them.
/// </remarks>
internal sealed class CfNetCdf : IRadarFormat
{
    private const int MaxCoordinates = 100_000;

    /// <inheritdoc/>
    public bool Recognises(RadarBytes file)
    {
        if (!HdfFile.Begins(file.Content))
        {
            return false;
        }

        using var hdf = new HdfFile(file);
        return hdf.Text("", "Conventions")?.Contains("CF-", StringComparison.Ordinal) == true;
    }

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        using var hdf = new HdfFile(file);
        string[] names = [.. hdf.Children("").Where(hdf.HasDataset)];
        var name = Variable(file, hdf, names, options);
        var shape = hdf.Shape(name);
        if (shape.Count is < 2 || shape.SkipLast(2).Any(size => size != 1))
        {
            throw file.Error($"{name} is [{string.Join(", ", shape)}]; one field, [y, x] or [1, y, x], is read.");
        }

        var (height, width) = (shape[^2], shape[^1]);
        file.RequireCells(height, width, options);
        var quantity = CfQuantity.Of(hdf.Text(name, "standard_name"), hdf.Text(name, "units"));
        var unit = quantity?.Unit ?? options.Unit ?? throw file.Error(
            $"{name} has the units \"{hdf.Text(name, "units")}\": none of mm, kg m-2, mm h-1, kg m-2 s-1 and dBZ.");
        var factor = quantity?.Factor ?? 1;
        var (scale, offset) = (hdf.Number(name, "scale_factor") ?? 1, hdf.Number(name, "add_offset") ?? 0);
        double?[] none = [hdf.Number(name, "_FillValue"), hdf.Number(name, "missing_value")];
        var mapping = hdf.Text(name, "grid_mapping");
        var own = mapping is not null && hdf.Number(mapping, CfGrid.UnitMetres) is not null;
        var (y, ySouthwards) = Axis(file, hdf, names, "y", height, own);
        var (x, westwards) = Axis(file, hdf, names, "x", width, own);
        if (westwards)
        {
            throw file.Error("the x coordinates run from east to west.");
        }

        var (time, interval) = Times(file, hdf, names, options);
        interval ??= hdf.Number("", "interval_seconds") is { } seconds and > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null;
        var grid = CfGrid.Of(file, hdf, mapping, x, y, ySouthwards, (int)height, (int)width);
        return new StoredField(grid, unit, time, interval ?? options.Interval, Relation(hdf, name), Values);

        float[] Values()
        {
            using var opened = new HdfFile(file);
            var values = opened.Values(name, options.MaxCells, stored =>
                none.Contains(stored) ? float.NaN : (float)(((stored * scale) + offset) * factor));
            return ySouthwards ? values : Flipped(values, (int)height, (int)width);
        }
    }

    private static string Variable(RadarBytes file, HdfFile hdf, string[] names, RadarReadOptions options)
    {
        if (options.Quantity is { } wanted)
        {
            return names.Contains(wanted) ? wanted : throw file.Error(
                $"there is no variable {wanted}; it has {string.Join(", ", names)}.");
        }

        string[] fields =
        [
            .. names.Where(name => hdf.Shape(name).Count >= 2
                && CfQuantity.Of(hdf.Text(name, "standard_name"), hdf.Text(name, "units")) is not null),
        ];
        return fields switch
        {
            [var one] => one,
            [] => throw file.Error("there is no variable of rain or reflectivity."),
            _ => throw file.Error(
                $"there are several fields ({string.Join(", ", fields)}): set RadarReadOptions.Quantity."),
        };
    }

    /// <summary>First and last coordinate of an axis in metres or degrees, and whether they fall.</summary>
    private static ((double First, double Last) Ends, bool Falls) Axis(
        RadarBytes file, HdfFile hdf, string[] names, string axis, long count, bool own)
    {
        string[] known = axis == "x" ? ["projection_x_coordinate", "longitude"] : ["projection_y_coordinate", "latitude"];
        var name = names.FirstOrDefault(candidate => known.Contains(hdf.Text(candidate, "standard_name")))
            ?? names.FirstOrDefault(candidate => candidate == axis)
            ?? throw file.Error($"there are no {axis} coordinates.");
        var metres = !own && hdf.Text(name, "units") == "km" ? 1000 : 1;
        var values = hdf.Numbers(name, MaxCoordinates);
        if (values.Length != count)
        {
            throw file.Error($"{name} has {values.Length} coordinates for {count} cells.");
        }

        return ((values[0] * metres, values[^1] * metres), values[^1] < values[0] || (count == 1 && axis == "y"));
    }

    private static (DateTimeOffset Time, TimeSpan? Interval) Times(
        RadarBytes file, HdfFile hdf, string[] names, RadarReadOptions options)
    {
        var valid = names.FirstOrDefault(name => hdf.Text(name, "standard_name") == "time") ?? "time";
        if (!names.Contains(valid))
        {
            return (FileTime.Of(file, options), null);
        }

        var end = Time(file, hdf, valid);
        var start = names.Contains("start_time") ? Time(file, hdf, "start_time") : end;
        return (end, end > start ? end - start : null);
    }

    private static DateTimeOffset Time(RadarBytes file, HdfFile hdf, string name)
    {
        var value = hdf.Numbers(name, 1)[0];
        string[] words = hdf.RequiredText(name, "units").Split(" since ", 2);
        var step = words[0] switch
        {
            "seconds" or "second" or "s" => 1.0,
            "minutes" or "minute" or "min" => 60,
            "hours" or "hour" or "h" => 3600,
            "days" or "day" or "d" => 86400,
            _ => throw file.Error($"the units of {name} are \"{words[0]}\", not seconds, minutes, hours or days."),
        };
        var origin = words.Length == 2 ? words[1].Replace("UTC", "", StringComparison.Ordinal).Trim() : "";
        if (!DateTimeOffset.TryParse(
            origin, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal,
            out var epoch))
        {
            throw file.Error($"the units of {name} state no time since which it counts.");
        }

        var seconds = value * step;
        return Math.Abs(seconds) < 1e11 ? epoch + TimeSpan.FromSeconds(seconds) : throw file.Error(
            $"{name} is {seconds} seconds from {origin}, which is no date.");
    }

    private static ReflectivityRelation? Relation(HdfFile hdf, string name) =>
        hdf.Number(name, "zr_a") is { } a and > 0 && hdf.Number(name, "zr_b") is { } b and > 0
            ? new ReflectivityRelation(a, b) : null;

    private static float[] Flipped(float[] values, int height, int width)
    {
        var flipped = new float[values.Length];
        for (var row = 0; row < height; row++)
        {
            values.AsSpan(row * width, width).CopyTo(flipped.AsSpan((height - 1 - row) * width));
        }

        return flipped;
    }
}
