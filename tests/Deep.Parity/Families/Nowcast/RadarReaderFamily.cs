using System.Globalization;
using System.Text.Json;
using Deep.Nowcast;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;

namespace Deep.Parity.Families.Nowcast;

/// <summary>Radar files as pysteps reads them: values, missing cells, place, unit and interval.</summary>
public sealed class RadarReaderFamily : IParityFamily
{
    // A thousandth of a kilometre-sized cell; the corners in the files are rounded to about that.
    private const double PlaceTolerance = 1e-3;

    /// <inheritdoc/>
    public bool Owns(ParityCase parity) => parity.Family == "nowcast_readers";

    /// <inheritdoc/>
    public void Run(ParityCase parity, SharedFolder folder, CaseCheck check)
    {
        var root = parity.Root;
        var file = folder.Resolve(Path.Combine("data", "nowcast", root.GetProperty("file").GetString()!));
        var field = RadarField.Read(file);
        var expected = root.GetProperty("expected");
        var tolerance = root.GetProperty("tolerance_rel").GetDouble();
        Values(field, expected, tolerance, check);
        Metadata(field, root.GetProperty("reader").GetString()!, root.GetProperty("metadata"), check);
    }

    private static void Values(RadarField field, JsonElement expected, double tolerance, CaseCheck check)
    {
        foreach (var entry in expected.EnumerateObject())
        {
            switch (entry.Name)
            {
                case "shape":
                    check.Agree("the shape", Numbers(entry.Value), [field.Height, field.Width], 0);
                    break;
                case "nan_count":
                    check.Agree("the count of missing cells", [entry.Value.GetDouble()], [field.Missing], 0);
                    break;
                case "sum":
                    Near("the sum", entry.Value, field.Values.Where(v => !float.IsNaN(v)).Sum(v => (double)v));
                    break;
                case "max":
                    Near("the maximum", entry.Value, field.Values.Where(v => !float.IsNaN(v)).Max());
                    break;
                case "min":
                    Near("the minimum", entry.Value, field.Values.Where(v => !float.IsNaN(v)).Min());
                    break;
                case "count_gt_0.1":
                    // The reference compares in double precision, where 0.01 x 10 is not above 0.1.
                    check.Agree("the count above 0.1", [entry.Value.GetDouble()], [field.Values.Count(v => v > 0.1f)], 0);
                    break;
                case "samples" or "wettest":
                    foreach (var sample in entry.Value.EnumerateArray().Select(Numbers))
                    {
                        var (row, column) = ((int)sample[0], (int)sample[1]);
                        Within($"the cell ({row}, {column})", sample[2], field[row, column]);
                    }

                    break;
                default:
                    throw new MalformedCaseException($"expected has a field {entry.Name} that is not known to the adapter");
            }
        }

        void Near(string what, JsonElement number, double actual) => Within(what, number.GetDouble(), actual);

        void Within(string what, double number, double actual)
        {
            if (double.IsNaN(number) && double.IsNaN(actual))
            {
                return;
            }

            check.Agree(what, [number], [actual], tolerance * Math.Max(1e-3, Math.Abs(number)));
        }
    }

    private static void Metadata(RadarField field, string reader, JsonElement metadata, CaseCheck check)
    {
        var unit = metadata.GetProperty("cartesian_unit").GetString() == "km" ? 1000 : 1;
        var cell = metadata.GetProperty("xpixelsize").GetDouble();

        // The reference takes the outermost cell centres of CF files as bounds; ours lie half a cell further out.
        var half = reader.StartsWith("bom", StringComparison.Ordinal) ? cell / 2 : 0;
        Agree("x1", field.Grid.Left + half);
        Agree("y1", field.Grid.Bottom + half);
        Agree("x2", field.Grid.Right - half);
        Agree("y2", field.Grid.Top - half);
        Agree("xpixelsize", field.Grid.PixelWidth);
        Agree("ypixelsize", field.Grid.PixelHeight);
        check.Agree("the metres of a unit", [unit], [field.Grid.UnitMetres], 0);
        check.Agree("yorigin upper", [1], [metadata.GetProperty("yorigin").GetString() == "upper" ? 1 : 0], 0);
        var units = field.Unit switch { RadarUnit.RainRate => "mm/h", RadarUnit.Accumulation => "mm", _ => "dBZ" };
        var said = metadata.GetProperty("unit").GetString();
        check.Agree($"the unit {said}, ours {units}", [1], [said == units ? 1 : 0], 0);
        Projection(metadata.GetProperty("projection").GetString()!, field.Grid.Projection, check);

        // The reference gives every ODIM file 15 minutes; the files themselves say.
        if (!reader.StartsWith("odim", StringComparison.Ordinal))
        {
            check.Agree("the interval", [metadata.GetProperty("accutime").GetDouble()], [field.Interval?.TotalMinutes ?? 0], 0);
        }

        if (metadata.TryGetProperty("zr_a", out var a))
        {
            check.Agree(
                "the relation", [a.GetDouble(), metadata.GetProperty("zr_b").GetDouble()],
                [field.Relation?.A ?? 0, field.Relation?.B ?? 0], 0);
        }

        if (metadata.GetProperty("zerovalue").GetDouble() is var zero)
        {
            check.Agree("what stands for dry", [zero], [field.Values.Where(v => !float.IsNaN(v)).Min()], 1e-6);
        }

        void Agree(string name, double actual) =>
            check.Agree(name, [metadata.GetProperty(name).GetDouble()], [actual], PlaceTolerance * cell);
    }

    /// <summary>Every word of the reference's projection is in ours with the same value; ours may say more.</summary>
    private static void Projection(string expected, string actual, CaseCheck check)
    {
        var ours = Words(actual).ToDictionary();
        foreach (var (word, value) in Words(expected))
        {
            var agrees = ours.TryGetValue(word, out var found)
                && (found == value || (Number(found) is { } a && Number(value) is { } b && Math.Abs(a - b) <= 1e-7 * Math.Abs(b)));
            check.Agree($"+{word}={value} of the projection, ours {found}", [1], [agrees ? 1 : 0], 0);
        }
    }

    private static IEnumerable<KeyValuePair<string, string>> Words(string proj) =>
        proj.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimStart('+').Split('=', 2))
            .Select(word => KeyValuePair.Create(word[0], word.Length > 1 ? word[1] : ""));

    private static double? Number(string text) =>
        double.TryParse(text.TrimEnd('E', 'N'), CultureInfo.InvariantCulture, out var value) ? value : null;

    private static double[] Numbers(JsonElement list) =>
        [.. list.EnumerateArray().Select(v => v.ValueKind == JsonValueKind.Null ? double.NaN : v.GetDouble())];
}
