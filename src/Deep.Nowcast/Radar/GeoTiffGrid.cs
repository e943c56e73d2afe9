using System.Globalization;
using BitMiracle.LibTiff.Classic;

namespace Deep.Nowcast;

/// <summary>The place of a GeoTIFF on the map.</summary>
internal static class GeoTiffGrid
{
    private const TiffTag Keys = (TiffTag)34735;
    private const int ProjectedSystem = 3072;
    private const int GeographicSystem = 2048;
    private const int UserDefined = 32767;

    /// <summary>The grid, or null where the file has no place.</summary>
    /// <exception cref="Deep.Media.MediaException">The cells are turned or have no size.</exception>
    public static RadarGrid? Of(RadarBytes file, Tiff tiff, TiffMetadata about, int height, int width)
    {
        var (scale, tie) = (
            Doubles(tiff, TiffTag.GEOTIFF_MODELPIXELSCALETAG), Doubles(tiff, TiffTag.GEOTIFF_MODELTIEPOINTTAG));
        if (scale.Length < 2 || tie.Length < 6)
        {
            return null;
        }

        var left = tie[3] - (tie[0] * scale[0]);
        var top = tie[4] + (tie[1] * scale[1]);
        var (code, degrees) = Code(tiff);
        return file.Checked(new RadarGrid
        {
            Height = height,
            Width = width,
            Projection = about.Projection ?? code,
            Left = left,
            Right = left + (width * scale[0]),
            Top = top,
            Bottom = top - (height * scale[1]),
            UnitMetres = about.UnitMetres ?? (degrees ? 0 : 1),
        });
    }

    private static (string Code, bool Degrees) Code(Tiff tiff)
    {
        var keys = tiff.GetField(Keys) is { Length: > 0 } field ? field[^1].ToShortArray() ?? [] : [];
        var code = "";
        var degrees = false;
        for (var i = 4; i + 3 < keys.Length; i += 4)
        {
            if (keys[i] is ProjectedSystem or GeographicSystem && keys[i + 1] == 0 && (ushort)keys[i + 3] != UserDefined)
            {
                code = string.Create(CultureInfo.InvariantCulture, $"EPSG:{(ushort)keys[i + 3]}");
                degrees = keys[i] == GeographicSystem;
            }
        }

        return (code, degrees);
    }

    private static double[] Doubles(Tiff tiff, TiffTag tag) =>
        tiff.GetField(tag) is { Length: > 0 } field ? field[^1].ToDoubleArray() ?? [] : [];
}
