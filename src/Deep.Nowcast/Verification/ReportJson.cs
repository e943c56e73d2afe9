using System.Text.Json;

namespace Deep.Nowcast;

/// <summary>Writes a report's numbers as JSON: what is not defined is null.</summary>
internal static class ReportJson
{
    public static void Write(NowcastReport report, Stream stream)
    {
        using var json = new Utf8JsonWriter(stream, new() { Indented = true, IndentSize = 1 });
        json.WriteStartObject();
        json.WriteString("format", "deep-nowcast-report/1");
        Protocol(json, report);
        json.WriteNumber("cases", report.Cases.Count);
        Number(json, "weight", report.Weight);
        Number(json, "pixel_kilometres", report.PixelKilometres);
        Numbers(json, "lead_minutes", report.LeadMinutes);
        json.WriteStartArray("observed_spectra");
        foreach (var spectrum in report.ObservedSpectra)
        {
            Spectrum(json, null, spectrum);
        }

        json.WriteEndArray();
        json.WriteStartArray("models");
        foreach (var model in report.Models)
        {
            Model(json, report, model);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Protocol(Utf8JsonWriter json, NowcastReport report)
    {
        var protocol = report.Protocol;
        json.WriteStartObject("protocol");
        json.WriteString("name", protocol.Name);
        json.WriteNumber("members", protocol.Members);
        json.WriteNumber("steps", protocol.Steps);
        json.WriteNumber("seed", protocol.Seed);
        Numbers(json, "thresholds", protocol.Thresholds);
        Number(json, "window_pixels", protocol.WindowPixels ?? double.NaN);
        json.WriteBoolean("common_cells", protocol.CommonCells);
        Numbers(json, "pooling_windows", [.. protocol.PoolingWindows.Select(w => (double)w)]);
        Numbers(json, "fraction_scales", [.. protocol.FractionScales.Select(s => (double)s)]);
        Numbers(json, "accumulations_mm", protocol.Accumulations);
        Number(json, "rank_minimum", protocol.RankMinimum);
        json.WriteEndObject();
    }

    private static void Model(Utf8JsonWriter json, NowcastReport report, ModelScores model)
    {
        json.WriteStartObject();
        json.WriteString("name", model.Name);
        json.WriteNumber("members", model.Members);
        Number(json, "forecast_seconds", model.ForecastSeconds);
        json.WriteStartArray("scores");
        foreach (var row in report.Rows().Where(r => r.Model == model.Name))
        {
            json.WriteStartObject();
            json.WriteString("score", row.Score);
            Optional(json, "lead_minutes", row.LeadMinutes);
            Optional(json, "threshold", row.Threshold);
            Optional(json, "scale", row.Scale);
            Number(json, "value", row.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("leads");
        foreach (var lead in model.Leads)
        {
            Curves(json, lead);
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Curves(Utf8JsonWriter json, LeadScores lead)
    {
        json.WriteStartObject();
        Numbers(json, "rank_counts", lead.Ranks.Counts);
        json.WriteStartArray("probabilities");
        foreach (var table in lead.Probabilities)
        {
            json.WriteStartArray();
            foreach (var (probability, forecasts, events) in table.Rows)
            {
                Numbers(json, null, [probability, forecasts, events]);
            }

            json.WriteEndArray();
        }

        json.WriteEndArray();
        Spectrum(json, "member_spectrum", lead.MemberSpectrum);
        Spectrum(json, "mean_spectrum", lead.MeanSpectrum);
        json.WriteEndObject();
    }

    private static void Spectrum(Utf8JsonWriter json, string? name, RadialSpectrum? spectrum)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        if (spectrum is null)
        {
            json.WriteNullValue();
            return;
        }

        json.WriteStartObject();
        Numbers(json, "frequencies_per_km", spectrum.Frequencies);
        Numbers(json, "power", spectrum.Power);
        Number(json, "weight", spectrum.Weight);
        json.WriteEndObject();
    }

    private static void Optional(Utf8JsonWriter json, string name, double? value)
    {
        if (value is { } number)
        {
            Number(json, name, number);
        }
    }

    private static void Number(Utf8JsonWriter json, string name, double value)
    {
        json.WritePropertyName(name);
        Value(json, value);
    }

    private static void Numbers(Utf8JsonWriter json, string? name, IReadOnlyList<double> values)
    {
        if (name is not null)
        {
            json.WritePropertyName(name);
        }

        json.WriteStartArray();
        foreach (var value in values)
        {
            Value(json, value);
        }

        json.WriteEndArray();
    }

    private static void Value(Utf8JsonWriter json, double value)
    {
        if (double.IsFinite(value))
        {
            json.WriteNumberValue(value);
        }
        else
        {
            json.WriteNullValue();
        }
    }
}
