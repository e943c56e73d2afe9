using System.Text.Json;
using Deep.Parity.Cases;

namespace Deep.Parity.Families.Training;

/// <summary>Fields of a case that is not of the common form.</summary>
internal static class CaseFields
{
    /// <summary>Refuses a field that the adapter would not look at.</summary>
    public static void Only(JsonElement entry, IReadOnlyCollection<string> known, string what)
    {
        if (entry.EnumerateObject().Select(p => p.Name).FirstOrDefault(name => !known.Contains(name)) is { } unknown)
        {
            throw new MalformedCaseException($"{what} has a field {unknown} that is not known to the adapter");
        }
    }

    /// <summary>The number under the first of several names that is there; null where none is, or where it is null.</summary>
    public static double? Number(this JsonElement entry, params string[] names) =>
        names.Select(name => entry.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetDouble() : (double?)null)
            .FirstOrDefault(value => value is not null);

    /// <summary>The entries of the first list that is there.</summary>
    public static IEnumerable<(JsonElement Entry, string At)> List(this JsonElement root, params string[] names)
    {
        var name = names.FirstOrDefault(n => root.TryGetProperty(n, out var list) && list.ValueKind == JsonValueKind.Array)
            ?? throw new MalformedCaseException($"the file has none of the lists {string.Join(", ", names)}");
        return root.GetProperty(name).EnumerateArray().Select((entry, index) => (entry, $"{name}[{index}]"));
    }
}
