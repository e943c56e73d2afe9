using System.Globalization;

namespace Deep.Cli.Nowcasts;

/// <summary>Rain rates in an option.</summary>
internal static class RainRates
{
    /// <summary>Numbers above 0 with commas between.</summary>
    /// <returns>The numbers; none where the text is something else.</returns>
    public static IReadOnlyList<double> Parse(string text)
    {
        var rates = new List<double>();
        foreach (var part in text.Split(','))
        {
            if (!double.TryParse(part, NumberStyles.Float, CultureInfo.InvariantCulture, out var rate) || !(rate > 0 && double.IsFinite(rate)))
            {
                return [];
            }

            rates.Add(rate);
        }

        return rates;
    }
}
