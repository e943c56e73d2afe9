using System.Globalization;

namespace Deep.Nowcast;

/// <summary>One number of a report.</summary>
/// <param name="Model">The model.</param>
/// <param name="LeadMinutes">The lead time; null for accumulations over all of them.</param>
/// <param name="Score">The score's name, such as <c>csi</c>.</param>
/// <param name="Threshold">mm/h (mm for accumulations); null where the score has none.</param>
/// <param name="Scale">Pixels; null where the score has none.</param>
/// <param name="Value">The score; NaN where it is not defined.</param>
public sealed record ScoreRow(string Model, double? LeadMinutes, string Score, double? Threshold, double? Scale, double Value)
{
    /// <summary>The row in CSV; what is null or not defined is empty.</summary>
    public string ToCsv()
    {
        var name = Model.AsSpan().IndexOfAny(",\"\r\n") < 0 ? Model : $"\"{Model.Replace("\"", "\"\"", StringComparison.Ordinal)}\"";
        return string.Join(',', name, Text(LeadMinutes), Score, Text(Threshold), Text(Scale), Text(Value));
    }

    private static string Text(double? value) =>
        value is { } number && double.IsFinite(number) ? number.ToString("R", CultureInfo.InvariantCulture) : "";
}
