using System.Globalization;
using System.Text;

namespace Deep.Nowcast;

/// <summary>
/// PGM pictures of the Finnish Meteorological Institute, mostly gzipped: composites of reflectivity with their metadata
/// in comments.
/// </summary>
/// <remarks>dBZ = (stored - 64) / 2; the largest stored value means no observation.</remarks>
internal sealed class FinnishPgm : IRadarFormat
{
    private const int MaxHeaderBytes = 1 << 16;
    private const int MaxHeaderLines = 2000;

    // The sphere of the institute's grid; the file does not say it.
    private const string Sphere = "+a=6371288";

    /// <inheritdoc/>
    public bool Recognises(RadarBytes file) => file.Content is [(byte)'P', (byte)'5', (byte)'\n' or (byte)'\r' or (byte)' ', ..];

    /// <inheritdoc/>
    public StoredField Open(RadarBytes file, RadarReadOptions options)
    {
        var (words, height, width, most, start) = Header(file);
        file.RequireCells(height, width, options);
        if (most is < 2 or > 255)
        {
            throw file.Error($"the largest value is {most}; 2 to 255 (8 bits) are read.");
        }

        if (file.Content.Length - start < height * width)
        {
            throw file.Error($"{height * width} cells are declared, but {file.Content.Length - start} bytes follow the header.");
        }

        if (words.TryGetValue("param", out var parameter) && !parameter[0].Contains("Reflectivity", StringComparison.Ordinal))
        {
            throw file.Error($"the parameter is {parameter[0]}; reflectivity is read.");
        }

        var time = words.TryGetValue("obstime", out var stamp) ? FileTime.OfName(stamp[0]) : null;
        return new StoredField(
            Grid(file, words, (int)height, (int)width), RadarUnit.Reflectivity, time ?? FileTime.Of(file, options),
            options.Interval ?? TimeSpan.FromMinutes(5), ReflectivityRelation.Finland, Values);

        float[] Values()
        {
            var values = new float[height * width];
            for (var i = 0; i < values.Length; i++)
            {
                var stored = file.Content[start + i];
                values[i] = stored == most ? float.NaN : (stored - 64) / 2f;
            }

            return values;
        }
    }

    /// <summary>The words after "#" by their first, and the three numbers.</summary>
    private static (Dictionary<string, string[]> Words, long Height, long Width, int Most, int Start) Header(RadarBytes file)
    {
        var words = new Dictionary<string, string[]>(StringComparer.Ordinal);
        var numbers = new List<long>();
        var place = 2;
        for (var lines = 0; numbers.Count < 3; lines++)
        {
            var end = place < file.Content.Length
                ? Array.IndexOf(file.Content, (byte)'\n', place, Math.Min(MaxHeaderBytes, file.Content.Length - place)) : -1;
            if (end < 0 || end > MaxHeaderBytes || lines > MaxHeaderLines)
            {
                throw file.Error("the PGM header does not end.");
            }

            var line = Encoding.Latin1.GetString(file.Content, place, end - place).Trim();
            place = end + 1;
            if (line.StartsWith('#'))
            {
                if (line[1..].Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var first, .. var rest] && rest.Length > 0)
                {
                    words.TryAdd(first, rest);
                }

                continue;
            }

            foreach (var word in line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                numbers.Add(long.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
                    ? number : throw file.Error($"\"{word}\" in the PGM header is not a number."));
            }
        }

        return numbers.Count == 3
            ? (words, numbers[1], numbers[0], (int)Math.Min(numbers[2], int.MaxValue), place)
            : throw file.Error("the PGM header has more than width, height and largest value.");
    }

    private static RadarGrid Grid(RadarBytes file, Dictionary<string, string[]> words, int height, int width)
    {
        if (words.GetValueOrDefault("type") is not ["stereographic", ..])
        {
            throw file.Error("the comments do not describe a stereographic projection: it is no radar picture of the FMI.");
        }

        var (centre, truth) = (Number("centrallongitude", 0), Number("truelatitude", 0));
        var plain = string.Create(CultureInfo.InvariantCulture,
            $"+proj=stere +lon_0={centre}E +lat_0={Number("centrallatitude", 0)}N +lat_ts={truth} {Sphere}");
        var projection = MapProjection.Parse(plain)
            ?? throw file.Error($"the projection {plain} is not known.");
        var (left, bottom) = projection.Project(Number("bottomleft", 0), Number("bottomleft", 1));
        var (right, top) = projection.Project(Number("topright", 0), Number("topright", 1));

        // The origin is moved to the lower left corner, as the institute's own definition of this grid has it.
        return file.Checked(new RadarGrid
        {
            Height = height,
            Width = width,
            Projection = string.Create(
                CultureInfo.InvariantCulture, $"{plain} +x_0={-left:0.000} +y_0={-bottom:0.000} +no_defs"),
            Left = 0,
            Bottom = 0,
            Right = right - left,
            Top = top - bottom,
        });

        double Number(string word, int index) =>
            words.GetValueOrDefault(word) is { } values && index < values.Length
            && double.TryParse(values[index], NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
                ? value : throw file.Error($"the comment {word} is missing or not a number.");
    }
}
