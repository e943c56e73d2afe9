using System.Globalization;

namespace Deep.Nowcast;

/// <summary>ODIM_H5, the format of EUMETNET's OPERA and most European services: composites on a map.</summary>
/// <remarks>
/// Value = gain * stored + offset; <c>nodata</c> means no observation, <c>undetect</c> no rain: 0, or -30 dBZ. Attributes
/// may stand at the data, the dataset or the root. Bounds come from the lower left corner through the projection; with
/// a projection that <see cref="MapProjection"/> does not know they begin at 0.
/// </remarks>
internal sealed class OdimHdf5 : IRadarFormat
{
    private const double DryDbz = -30;
    private static readonly string[] s_preferred = ["RATE", "ACRR", "DBZH", "TH", "DBZV", "TV"];

    /// <inheritdoc/>
    public bool Recognises(RadarBytes file)
    {
        if (!HdfFile.Begins(file.Content))
        {
            return false;
        }

        using var hdf = new HdfFile(file);
        return hdf.Text("", "Conventions")?.StartsWith("ODIM_H5", StringComparison.Ordinal) == true
            || (hdf.Has("what") && hdf.Text("what", "version")?.StartsWith("H5rad", StringComparison.Ordinal) == true);
    }

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        using var hdf = new HdfFile(file);
        var product = hdf.Text("what", "object") ?? "";
        if (product is not ("COMP" or "IMAGE" or "CVOL" or ""))
        {
            throw file.Error($"the object is {product}; composites and images on a map are read, polar data is not.");
        }

        var (set, data, quantity) = Quantity(file, hdf, options.Quantity);
        string[] places = [$"{data}/what", $"{set}/what", "what"];
        var (gain, offset) = (Number("gain") ?? 1, Number("offset") ?? 0);
        var (none, dry) = (Number("nodata"), Number("undetect"));
        var unit = UnitOf(file, quantity);
        var dryValue = unit == RadarUnit.Reflectivity ? (float)DryDbz : 0;
        var (time, interval) = Times(file, hdf, set, unit);
        var relation = FirstNumber(hdf, [$"{data}/how", $"{set}/how", "how"], "zr_a") is { } a and > 0
            && FirstNumber(hdf, [$"{data}/how", $"{set}/how", "how"], "zr_b") is { } b and > 0
            ? new ReflectivityRelation(a, b) : null;
        return new StoredField(
            GridOf(file, hdf, set, data, options), unit, time, interval ?? options.Interval, relation, Values);

        double? Number(string name) => FirstNumber(hdf, places, name);

        float[] Values()
        {
            using var opened = new HdfFile(file);
            return opened.Values($"{data}/data", options.MaxCells, stored =>
                stored == none ? float.NaN : stored == dry ? dryValue : (float)((gain * stored) + offset));
        }
    }

    private static (string Set, string Data, string Quantity) Quantity(RadarBytes file, HdfFile hdf, string? wanted)
    {
        var found = new List<(string Set, string Data, string Quantity)>();
        foreach (var set in hdf.Children("").Where(name => name.StartsWith("dataset", StringComparison.Ordinal)))
        {
            foreach (var data in hdf.Children(set).Where(name => name.StartsWith("data", StringComparison.Ordinal)))
            {
                var path = $"{set}/{data}";
                var quantity = hdf.Text($"{path}/what", "quantity") ?? hdf.Text($"{set}/what", "quantity");
                if (quantity is not null && hdf.HasDataset($"{path}/data"))
                {
                    found.Add((set, path, quantity));
                }
            }
        }

        var order = wanted is null ? s_preferred : [wanted];
        var chosen = order.SelectMany(name => found.Where(entry => entry.Quantity == name)).FirstOrDefault();
        return chosen.Set is not null ? chosen : throw file.Error(
            $"there is no {string.Join(", ", order)}; it has {string.Join(", ", found.Select(entry => entry.Quantity))}.");
    }

    private static RadarUnit UnitOf(RadarBytes file, string quantity) => quantity switch
    {
        "RATE" => RadarUnit.RainRate,
        "ACRR" => RadarUnit.Accumulation,
        _ when quantity is "TH" or "TV" || quantity.StartsWith("DBZ", StringComparison.Ordinal) => RadarUnit.Reflectivity,
        _ => throw file.Error($"the quantity {quantity} is neither rain nor reflectivity."),
    };

    /// <summary>A sum ends where its interval ends; pictures are of the file's nominal time.</summary>
    private static (DateTimeOffset Time, TimeSpan? Interval) Times(
        RadarBytes file, HdfFile hdf, string set, RadarUnit unit)
    {
        var what = $"{set}/what";
        var start = Time(hdf.Text(what, "startdate"), hdf.Text(what, "starttime"));
        var end = Time(hdf.Text(what, "enddate"), hdf.Text(what, "endtime"));
        var nominal = Time(hdf.Text("what", "date"), hdf.Text("what", "time"));
        var time = (unit == RadarUnit.Accumulation ? end ?? nominal : nominal ?? end)
            ?? throw file.Error("no date and time are stated.");
        return (time, unit == RadarUnit.Accumulation && end > start ? end - start : null);
    }

    private static DateTimeOffset? Time(string? date, string? time) =>
        DateTimeOffset.TryParseExact(
            date + time, "yyyyMMddHHmmss", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var parsed) ? parsed : null;

    private static RadarGrid GridOf(
        RadarBytes file, HdfFile hdf, string set, string data, RadarReadOptions options)
    {
        string[] places = [$"{set}/where", "where"];
        var (height, width) = ((long)Needed("ysize"), (long)Needed("xsize"));
        file.RequireCells(height, width, options);
        if (!hdf.Shape($"{data}/data").SequenceEqual([height, width]))
        {
            throw file.Error(
                $"the data is [{string.Join(", ", hdf.Shape($"{data}/data"))}], but {height} x {width} are declared.");
        }

        var proj = places.Select(place => hdf.Text(place, "projdef")).FirstOrDefault(text => text is not null) ?? "";
        var projection = MapProjection.Parse(proj);
        var (left, bottom) = projection?.Project(Needed("LL_lon"), Needed("LL_lat")) ?? (0, 0);
        return file.Checked(new RadarGrid
        {
            Height = (int)height,
            Width = (int)width,
            Projection = proj,
            Left = left,
            Bottom = bottom,
            Right = left + (width * Needed("xscale")),
            Top = bottom + (height * Needed("yscale")),
            UnitMetres = projection?.UnitMetres ?? 1,
        });

        double Needed(string name) => FirstNumber(hdf, places, name)
            ?? throw file.Error($"the attribute {name} of where is missing.");
    }

    private static double? FirstNumber(HdfFile hdf, string[] places, string name) =>
        places.Select(place => hdf.Number(place, name)).FirstOrDefault(value => value is not null);
}
