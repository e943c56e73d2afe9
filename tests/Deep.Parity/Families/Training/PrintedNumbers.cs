using System.Text.Json;

namespace Deep.Parity.Families.Training;

/// <summary>Numbers that a case prints with a limited number of digits, and how close to them "equal" is.</summary>
internal static class PrintedNumbers
{
    /// <summary>The numbers of a list, nested lists in order.</summary>
    public static double[] Numbers(this JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? [.. list.EnumerateArray().SelectMany(Numbers)]
        : [list.GetDouble()];

    /// <summary>Two units in the last printed digit of the largest number: one for what the file rounds, one for what it rounded on the way in.</summary>
    public static double Tolerance(this JsonElement list)
    {
        var texts = Texts(list).ToList();
        var digits = texts.Max(SignificantDigits);
        var largest = texts.Max(t => Math.Abs(double.Parse(t, System.Globalization.CultureInfo.InvariantCulture)));

        // Trailing zeros are not printed, so a list of round numbers says nothing about its precision; nine digits is the coarsest there is.
        return 2 * Math.Max(largest, double.Epsilon) * Math.Pow(10, 1 - Math.Max(digits, 9));
    }

    private static IEnumerable<string> Texts(JsonElement list) => list.ValueKind == JsonValueKind.Array
        ? list.EnumerateArray().SelectMany(Texts)
        : [list.GetRawText()];

    private static int SignificantDigits(string number)
    {
        var mantissa = number.Split('e', 'E')[0];
        return mantissa.Where(char.IsDigit).SkipWhile(d => d == '0').Count();
    }
}
