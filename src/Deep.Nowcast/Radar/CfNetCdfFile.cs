using System.Globalization;
using PureHDF;
using PureHDF.Filters;

namespace Deep.Nowcast;

/// <summary>Members and times of fields as HDF5 with the dimension scales of netCDF-4 and the attributes of CF 1.8.</summary>
internal static class CfNetCdfFile
{
    private const string TimeUnits = "seconds since 1970-01-01 00:00:00 UTC";
    private const string Mapping = "crs";
    private const int MaxAxis = 100_000;

    /// <summary>The whole file.</summary>
    public static byte[] Encode(RainFrames frames)
    {
        var (name, standardName, units) = frames.Unit switch
        {
            RadarUnit.RainRate => ("rainfall_rate", "rainfall_rate", "mm h-1"),
            RadarUnit.Accumulation => ("rainfall_amount", "rainfall_amount", "kg m-2"),
            _ => ("reflectivity", "equivalent_reflectivity_factor", "dBZ"),
        };
        var (grid, degrees) = (frames.Grid, frames.Grid.UnitMetres == 0);

        var length = grid.UnitMetres == 1000 ? "km" : "m";
        var x = Scale("x", 0, Centres(grid.Left, grid.PixelWidth, grid.Width),
            degrees ? "longitude" : "projection_x_coordinate", degrees ? "degrees_east" : length);
        var y = Scale("y", 1, Centres(grid.Top, -grid.PixelHeight, grid.Height),
            degrees ? "latitude" : "projection_y_coordinate", degrees ? "degrees_north" : length);
        var time = Scale(
            "time", 2, [.. frames.Times.Select(when => (when - DateTimeOffset.UnixEpoch).TotalSeconds)], "time", TimeUnits);
        time.Attributes["calendar"] = "standard";
        H5Dataset[] axes = frames.Members > 1
            ? [Scale("member", 3, [.. Enumerable.Range(0, frames.Members).Select(m => (double)m)], "realization", "1"), time, y, x]
            : [time, y, x];
        ulong[] sizes = [(ulong)frames.Times.Count, (ulong)grid.Height, (ulong)grid.Width];
        uint[] chunk = [1, (uint)grid.Height, (uint)grid.Width];
        if (frames.Members > 1)
        {
            (sizes, chunk) = ([(ulong)frames.Members, .. sizes], [1, .. chunk]);
        }

        var rain = new H5Dataset(
            frames.Values.ToArray(), chunks: chunk, fileDims: sizes,
            datasetCreation: new(Filters: [new H5Filter(ShuffleFilter.Id), new H5Filter(DeflateFilter.Id)]))
        {
            Attributes = new()
            {
                ["standard_name"] = standardName,
                ["long_name"] = frames.Reference is null ? "Observed by radar" : "Forecast from radar",
                ["units"] = units,
                ["_FillValue"] = new[] { float.NaN },
                ["grid_mapping"] = Mapping,
                ["DIMENSION_LIST"] = axes.Select(axis => new[] { new H5ObjectReference(axis) }).ToArray(),
            },
        };
        var file = new H5File
        {
            [Mapping] = CfMapping(grid),
            ["x"] = x,
            ["y"] = y,
            ["time"] = time,
            [name] = rain,
        };
        if (frames.Members > 1)
        {
            file["member"] = axes[0];
        }

        if (frames.Reference is { } reference)
        {
            file["forecast_reference_time"] = Number(
                (reference - DateTimeOffset.UnixEpoch).TotalSeconds, "forecast_reference_time", TimeUnits);
        }

        file.Attributes["Conventions"] = "CF-1.8";
        file.Attributes["source"] = frames.Source.Length > 0 ? frames.Source : "Deep.Nowcast";
        if (frames.Interval is { } interval)
        {
            file.Attributes["interval_seconds"] = new[] { interval.TotalSeconds };
        }

        using var stream = new MemoryStream();
        file.Write(stream);
        return stream.ToArray();
    }

    /// <summary>Reads what <see cref="Encode"/> made.</summary>
    public static RainFrames Decode(RadarBytes file, RadarReadOptions options)
    {
        if (!HdfFile.Begins(file.Content))
        {
            throw file.Error("it is no HDF5 file.");
        }

        using var hdf = new HdfFile(file);
        string[] names = ["rainfall_rate", "rainfall_amount", "reflectivity"];
        var name = names.FirstOrDefault(hdf.HasDataset)
            ?? throw file.Error($"there is none of the variables {string.Join(", ", names)}.");
        var shape = hdf.Shape(name);
        if (shape.Count is not (3 or 4))
        {
            throw file.Error($"{name} is [{string.Join(", ", shape)}]; [member, time, y, x] or [time, y, x] is read.");
        }

        var (members, height, width) = (shape.Count == 4 ? shape[0] : 1, shape[^2], shape[^1]);
        file.RequireCells(height, width, options);
        var times = hdf.Numbers("time", MaxAxis);
        if (times.Length != shape[^3] || times.Any(seconds => seconds is not (> -6e10 and < 1e11)))
        {
            throw file.Error($"{name} is [{string.Join(", ", shape)}], but there are {times.Length} times or one is no date.");
        }

        var (x, y) = (hdf.Numbers("x", MaxAxis), hdf.Numbers("y", MaxAxis));
        if (x.Length != width || y.Length != height)
        {
            throw file.Error($"{name} is [{string.Join(", ", shape)}], but there are {y.Length} x {x.Length} coordinates.");
        }

        var reference = hdf.HasDataset("forecast_reference_time") ? hdf.Numbers("forecast_reference_time", 1)[0] : double.NaN;
        var most = Math.Min(options.MaxBytes / sizeof(float), Array.MaxLength);
        var frames = new RainFrames
        {
            Values = hdf.Values(name, most, value => (float)value),
            Grid = CfGrid.Of(file, hdf, Mapping, (x[0], x[^1]), (y[0], y[^1]), y[^1] < y[0] || height == 1, (int)height, (int)width),
            Times = [.. times.Select(DateOf)],
            Members = (int)members,
            Unit = name switch { "rainfall_rate" => RadarUnit.RainRate, "reflectivity" => RadarUnit.Reflectivity, _ => RadarUnit.Accumulation },
            Interval = hdf.Number("", "interval_seconds") is { } seconds and > 0 and < 1e9 ? TimeSpan.FromSeconds(seconds) : null,
            Reference = reference is > -6e10 and < 1e11 ? DateOf(reference) : null,
            Source = hdf.Text("", "source") ?? "",
        };
        try
        {
            frames.Validate();
            return frames;
        }
        catch (DeepException error)
        {
            throw file.Error(error.Message, error);
        }
    }

    private static DateTimeOffset DateOf(double seconds) => DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(seconds);

    private static double[] Centres(double edge, double step, int count) =>
        [.. Enumerable.Range(0, count).Select(i => edge + ((i + 0.5) * step))];

    private static H5Dataset Scale(string name, int dimension, double[] values, string standardName, string units) => new(values)
    {
        Attributes = new()
        {
            ["CLASS"] = "DIMENSION_SCALE",
            ["NAME"] = name,
            ["_Netcdf4Dimid"] = dimension,
            ["standard_name"] = standardName,
            ["units"] = units,
        },
    };

    private static H5Dataset Number(double value, string standardName, string units) => new(value)
    {
        Attributes = new() { ["standard_name"] = standardName, ["units"] = units },
    };

    /// <summary>The mapping: the PROJ string for those who read it, and CF's attributes where the projection is known.</summary>
    private static H5Dataset CfMapping(RadarGrid grid)
    {
        var attributes = new Dictionary<string, object>
        {
            [CfGrid.UnitMetres] = new[] { grid.UnitMetres },
            [CfGrid.PixelSize] = new[] { grid.PixelWidth, grid.PixelHeight },
        };
        if (grid.Projection.Length > 0)
        {
            attributes["proj4"] = grid.Projection;
        }

        if (CfGrid.MappingName(grid.Projection) is { Length: > 0 } name)
        {
            attributes["grid_mapping_name"] = name;
        }

        foreach (var (attribute, value) in CfGrid.Attributes(grid.Projection))
        {
            attributes[attribute] = value;
        }

        return new H5Dataset(0) { Attributes = attributes };
    }
}
