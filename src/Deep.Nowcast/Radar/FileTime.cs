using System.Globalization;
using System.Text.RegularExpressions;

namespace Deep.Nowcast;

/// <summary>The time of a file that does not say it itself.</summary>
internal static partial class FileTime
{
    private const DateTimeStyles Utc = DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal;

    /// <summary>By <see cref="RadarReadOptions.TimeOf"/>, else by the digits of the name.</summary>
    /// <exception cref="Deep.Media.MediaException">Neither gives a time.</exception>
    public static DateTimeOffset Of(RadarBytes file, RadarReadOptions options)
    {
        if (options.TimeOf is { } known)
        {
            return known(file.Path)?.ToUniversalTime()
                ?? throw file.Error("RadarReadOptions.TimeOf gives no time for it.");
        }

        return OfName(Path.GetFileName(file.Path)) ?? throw file.Error(
            "neither the content nor the name (yyyyMMddHHmm, yyDDDHHmm) says its time: set RadarReadOptions.TimeOf.");
    }

    /// <summary>The first time that a name spells, or null.</summary>
    public static DateTimeOffset? OfName(string name)
    {
        foreach (Match match in Stamp().Matches(name))
        {
            var digits = string.Concat(match.Value.Where(char.IsAsciiDigit));
            var format = digits.Length == 14 ? "yyyyMMddHHmmss" : "yyyyMMddHHmm";
            if (DateTimeOffset.TryParseExact(digits, format, CultureInfo.InvariantCulture, Utc, out var time))
            {
                return time;
            }
        }

        return Day().Match(name) is { Success: true } day ? OfDay(day.Value) : null;
    }

    /// <summary>yyDDDHHmm: the year of this century, the day of the year, hours and minutes.</summary>
    public static DateTimeOffset? OfDay(string digits)
    {
        if (digits.Length != 9 || !digits.All(char.IsAsciiDigit))
        {
            return null;
        }

        int Part(int from, int count) => int.Parse(digits.AsSpan(from, count), CultureInfo.InvariantCulture);
        var (day, hour, minute) = (Part(2, 3), Part(5, 2), Part(7, 2));
        return day is >= 1 and <= 366 && hour <= 24 && minute <= 59
            ? new DateTimeOffset(2000 + Part(0, 2), 1, 1, 0, 0, 0, TimeSpan.Zero)
                .AddDays(day - 1).AddHours(hour).AddMinutes(minute)
            : null;
    }

    [GeneratedRegex(@"(?<!\d)(?:19|20)\d{2}-?\d{2}-?\d{2}[T_-]?\d{2}[:-]?\d{2}(?:[:-]?\d{2})?(?!\d)")]
    private static partial Regex Stamp();

    [GeneratedRegex(@"(?<!\d)\d{9}(?!\d)")]
    private static partial Regex Day();
}
