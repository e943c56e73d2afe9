using Deep.Checkpoints;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Writes fields, sequences and ensembles as GeoTIFF or as HDF5 that netCDF programs read.</summary>
/// <remarks>
/// Files are written as a whole or not at all. <see cref="RadarField.Read"/> reads both back; <see cref="ReadNetCdf"/>
/// reads all members and times.
/// </remarks>
public static class RadarWriter
{
    /// <summary>Writes one field as GeoTIFF: float32, deflated, NaN as GDAL's missing value, unit and time as metadata.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="field">The field.</param>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public static void WriteGeoTiff(string path, RadarField field) => WriteGeoTiff(path, RainFrames.Of(field));

    /// <summary>Writes fields as one GeoTIFF with a page for each member and time, members outermost.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="frames">What to write.</param>
    /// <exception cref="ShapeException">The values do not fit the sizes.</exception>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public static void WriteGeoTiff(string path, RainFrames frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        frames.Validate();
        Write(path, () => GeoTiffPages.Encode(frames));
    }

    /// <summary>Writes fields as HDF5 with the scales and attributes of netCDF-4 and the CF conventions.</summary>
    /// <param name="path">The file to create or to replace; its folder must exist.</param>
    /// <param name="frames">What to write; the variable is [member, time, y, x], without members for one of them.</param>
    /// <exception cref="ShapeException">The values do not fit the sizes.</exception>
    /// <exception cref="MediaException">The file cannot be written.</exception>
    public static void WriteNetCdf(string path, RainFrames frames)
    {
        ArgumentNullException.ThrowIfNull(frames);
        frames.Validate();
        Write(path, () => CfNetCdfFile.Encode(frames));
    }

    /// <summary>Reads what <see cref="WriteNetCdf"/> wrote, all members and times.</summary>
    /// <param name="path">The file.</param>
    /// <param name="options">Limits; null: the defaults.</param>
    /// <exception cref="MediaException">The file is missing, damaged, too large or of another kind.</exception>
    public static RainFrames ReadNetCdf(string path, RadarReadOptions? options = null)
    {
        options ??= RadarReadOptions.Default;
        options.Validate();
        return CfNetCdfFile.Decode(RadarBytes.Read(path, options), options);
    }

    private static void Write(string path, Func<byte[]> encode)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        var encoded = encode();
        try
        {
            AtomicFile.Write(path, stream => stream.Write(encoded));
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new MediaException(path, $"the file cannot be written: {error.Message}", error);
        }
    }
}
