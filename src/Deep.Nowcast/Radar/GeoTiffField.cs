using BitMiracle.LibTiff.Classic;

namespace Deep.Nowcast;

/// <summary>GeoTIFF with one sample per cell: integers or floats, in strips or tiles, north up.</summary>
/// <remarks>
/// Value = gain * stored + offset, from GDAL's metadata (scale, offset, or the Gain, Offset and Nodata that the Finnish
/// Meteorological Institute writes). Unit and time come from the metadata, else from <see cref="RadarReadOptions"/> and
/// the file's name.
/// </remarks>
internal sealed class GeoTiffField : IRadarFormat
{
    /// <inheritdoc/>
    public bool Recognises(RadarBytes file) => file.Content is
        [(byte)'I', (byte)'I', 42 or 43, 0, ..] or [(byte)'M', (byte)'M', 0, 42 or 43, ..];

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        using var tiff = TiffSamples.Open(file);
        var (height, width) = TiffSamples.Size(file, tiff);
        file.RequireCells(height, width, options);
        var about = TiffMetadata.Of(tiff);
        var unit = about.Unit ?? options.Unit
            ?? throw file.Error("the GeoTIFF does not say its unit: set RadarReadOptions.Unit.");
        var grid = GeoTiffGrid.Of(file, tiff, about, height, width) ?? options.Grid
            ?? RadarGrid.Plain(height, width);
        var time = about.Time ?? FileTime.Of(file, options);
        return new StoredField(grid, unit, time, about.Interval ?? options.Interval, about.Relation, Values);

        float[] Values()
        {
            using var opened = TiffSamples.Open(file);
            return TiffSamples.Read(file, opened, height, width, options.MaxBytes, stored =>
                stored == about.None || double.IsNaN(stored) ? float.NaN
                : about.Dry == stored ? (unit == RadarUnit.Reflectivity ? -32 : 0)
                : (float)((about.Gain * stored) + about.Offset));
        }
    }
}
