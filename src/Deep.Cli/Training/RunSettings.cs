using System.Globalization;

namespace Deep.Cli.Training;

/// <summary>What cannot change when a run goes on.</summary>
internal static class RunSettings
{
    /// <summary>The settings as text, by the option's name.</summary>
    /// <param name="options">The options that decide what the run comes to.</param>
    /// <param name="data">What the data are.</param>
    public static IReadOnlyDictionary<string, string> Of(IEnumerable<(string Option, object? Value)> options, string data)
    {
        var settings = options.ToDictionary(option => option.Option, option => Text(option.Value));
        settings.Add("the data", data);
        return settings;
    }

    private static string Text(object? value) =>
        Convert.ToString(value, CultureInfo.InvariantCulture) is { Length: > 0 } text ? text : "default";
}
