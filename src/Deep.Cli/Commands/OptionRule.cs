using System.Globalization;
using Spectre.Console;

namespace Deep.Cli.Commands;

/// <summary>What an option may be.</summary>
internal static class OptionRule
{
    /// <summary>Checks an option.</summary>
    /// <param name="holds">Whether it may have its value.</param>
    /// <param name="option">Its name, such as <c>--lr</c>.</param>
    /// <param name="expected">What it may be.</param>
    /// <param name="found">What it is.</param>
    /// <returns>The error; null where there is none, so that checks can be chained by <c>??</c>.</returns>
    public static ValidationResult? Check(bool holds, string option, string expected, object? found) => holds
        ? null
        : ValidationResult.Error(string.Create(CultureInfo.InvariantCulture, $"{option} must be {expected}; found {found}."));
}
