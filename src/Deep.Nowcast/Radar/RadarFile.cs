namespace Deep.Nowcast;

/// <summary>Reads radar files of every known format, told by content.</summary>
internal static class RadarFile
{
    private static readonly IRadarFormat[] s_formats =
    [
        new KnmiHdf5(), new OdimHdf5(), new CfNetCdf(), new FinnishPgm(), new MeteoSwissGif(), new GeoTiffField(),
        new NumPyField(),
    ];

    /// <summary>The field of a file.</summary>
    public static RadarField Read(string path, RadarReadOptions? options)
    {
        options ??= RadarReadOptions.Default;
        var stored = Open(path, options);
        return new RadarField(
            stored.Values(), stored.Grid, stored.Unit, stored.Time, stored.Interval, path, stored.Relation);
    }

    /// <summary>When a file's field was observed; its values are not decoded.</summary>
    public static DateTimeOffset TimeOf(string path, RadarReadOptions options) => Open(path, options).Time;

    private static StoredField Open(string path, RadarReadOptions options)
    {
        options.Validate();
        var file = RadarBytes.Read(path, options);
        var format = s_formats.FirstOrDefault(known => known.Recognises(file)) ?? throw file.Error(
            "the content is none of the known radar formats (KNMI HDF5, ODIM_H5, Rainfields or CF netCDF-4, PGM, "
            + "MeteoSwiss GIF, GeoTIFF, NumPy).");
        return format.Open(file, options);
    }
}
