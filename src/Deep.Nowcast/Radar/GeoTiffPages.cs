using System.Globalization;
using System.Net;
using System.Runtime.InteropServices;
using System.Text;
using BitMiracle.LibTiff.Classic;
using Deep.Media;

namespace Deep.Nowcast;

/// <summary>Fields as pages of a GeoTIFF.</summary>
internal static class GeoTiffPages
{
    private const TiffTag Keys = (TiffTag)34735;
    private const int RowsPerStrip = 64;

    // GDAL reads these tags by these types; the library knows none of them before it is told.
    private static readonly TiffFieldInfo[] s_tags =
    [
        Tag(TiffTag.GEOTIFF_MODELPIXELSCALETAG, TiffType.DOUBLE, "ModelPixelScale"),
        Tag(TiffTag.GEOTIFF_MODELTIEPOINTTAG, TiffType.DOUBLE, "ModelTiepoint"),
        Tag(Keys, TiffType.SHORT, "GeoKeyDirectory"),
        Tag(TiffMetadata.Items, TiffType.ASCII, "GDAL_METADATA"),
        Tag(TiffMetadata.NoData, TiffType.ASCII, "GDAL_NODATA"),
    ];

    /// <summary>The whole file.</summary>
    public static byte[] Encode(RainFrames frames)
    {
        TiffSamples.Quiet();
        using var stream = new MemoryStream();
        using (var tiff = Tiff.ClientOpen("memory", "w", stream, new KeptStream()))
        {
            for (var page = 0; page < frames.Members * frames.Times.Count; page++)
            {
                Page(tiff, frames, page / frames.Times.Count, page % frames.Times.Count);
                if (!tiff.WriteDirectory())
                {
                    throw new MediaException("memory", "the TIFF directory cannot be written.");
                }
            }
        }

        return stream.ToArray();
    }

    private static void Page(Tiff tiff, RainFrames frames, int member, int time)
    {
        var grid = frames.Grid;
        tiff.MergeFieldInfo(s_tags, s_tags.Length);
        tiff.SetField(TiffTag.IMAGEWIDTH, grid.Width);
        tiff.SetField(TiffTag.IMAGELENGTH, grid.Height);
        tiff.SetField(TiffTag.SAMPLESPERPIXEL, 1);
        tiff.SetField(TiffTag.BITSPERSAMPLE, 32);
        tiff.SetField(TiffTag.SAMPLEFORMAT, SampleFormat.IEEEFP);
        tiff.SetField(TiffTag.PHOTOMETRIC, Photometric.MINISBLACK);
        tiff.SetField(TiffTag.PLANARCONFIG, PlanarConfig.CONTIG);
        tiff.SetField(TiffTag.COMPRESSION, Compression.ADOBE_DEFLATE);
        tiff.SetField(TiffTag.ROWSPERSTRIP, RowsPerStrip);
        tiff.SetField(TiffTag.GEOTIFF_MODELPIXELSCALETAG, 3, new[] { grid.PixelWidth, grid.PixelHeight, 0.0 });
        tiff.SetField(TiffTag.GEOTIFF_MODELTIEPOINTTAG, 6, new[] { 0, 0, 0, grid.Left, grid.Top, 0.0 });
        short[] keys = GeoKeys(grid);
        tiff.SetField(Keys, keys.Length, keys);
        Text(tiff, TiffMetadata.Items, Metadata(frames, member, time));
        Text(tiff, TiffMetadata.NoData, "nan");
        var cells = grid.Height * grid.Width;
        var values = frames.Values.Span.Slice(((member * frames.Times.Count) + time) * cells, cells);
        for (var top = 0; top < grid.Height; top += RowsPerStrip)
        {
            var rows = Math.Min(RowsPerStrip, grid.Height - top);
            var strip = MemoryMarshal.AsBytes(values.Slice(top * grid.Width, rows * grid.Width)).ToArray();
            if (tiff.WriteEncodedStrip(top / RowsPerStrip, strip, strip.Length) < 0)
            {
                throw new MediaException("memory", "a strip of the TIFF cannot be written.");
            }
        }
    }

    /// <summary>Version 1.1, cells as areas, and the projection as an EPSG number where it is one.</summary>
    private static short[] GeoKeys(RadarGrid grid)
    {
        const short userDefined = 32767;
        var epsg = grid.Projection.StartsWith("EPSG:", StringComparison.OrdinalIgnoreCase)
            && ushort.TryParse(grid.Projection.AsSpan(5), CultureInfo.InvariantCulture, out var code)
                ? unchecked((short)code) : userDefined;
        return grid.UnitMetres > 0
            ? [1, 1, 0, 3, 1024, 0, 1, 1, 1025, 0, 1, 1, 3072, 0, 1, epsg]
            : [1, 1, 0, 3, 1024, 0, 1, 2, 1025, 0, 1, 1, 2048, 0, 1, epsg == userDefined ? (short)4326 : epsg];
    }

    private static string Metadata(RainFrames frames, int member, int time)
    {
        var text = new StringBuilder("<GDALMetadata>\n");
        Item("units", frames.Unit switch
        {
            RadarUnit.RainRate => "mm h-1",
            RadarUnit.Accumulation => "mm",
            _ => "dBZ",
        });
        Item("time", Iso(frames.Times[time]));
        Item("interval_seconds", frames.Interval?.TotalSeconds.ToString(CultureInfo.InvariantCulture));
        Item("reference_time", frames.Reference is { } reference ? Iso(reference) : null);
        Item("member", frames.Members > 1 ? member.ToString(CultureInfo.InvariantCulture) : null);
        Item("proj", frames.Grid.Projection.Length > 0 ? frames.Grid.Projection : null);
        Item("unit_metres", frames.Grid.UnitMetres.ToString("R", CultureInfo.InvariantCulture));
        Item("source", frames.Source.Length > 0 ? frames.Source : null);
        return text.Append("</GDALMetadata>\n").ToString();

        void Item(string name, string? value)
        {
            if (value is not null)
            {
                text.Append(CultureInfo.InvariantCulture, $"  <Item name=\"{name}\">{WebUtility.HtmlEncode(value)}</Item>\n");
            }
        }

        static string Iso(DateTimeOffset when) =>
            when.ToUniversalTime().ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
    }

    private static void Text(Tiff tiff, TiffTag tag, string text) => tiff.SetField(tag, text);

    private static TiffFieldInfo Tag(TiffTag tag, TiffType type, string name)
    {
        var text = type == TiffType.ASCII;
        return new(tag, TiffFieldInfo.Variable, TiffFieldInfo.Variable, type, FieldBit.Custom, true, !text, name);
    }

    /// <summary>A stream that the library does not close.</summary>
    private sealed class KeptStream : TiffStream
    {
        public override void Close(object clientData)
        {
        }
    }
}
