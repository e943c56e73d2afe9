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

    /// <summary>Checks that an option, where it is given, is one of some names.</summary>
    /// <param name="names">The names.</param>
    /// <param name="option">Its own name.</param>
    /// <param name="found">What it is; null where it is not given.</param>
    /// <returns>As for <see cref="Check"/>.</returns>
    public static ValidationResult? OneOf(IReadOnlyCollection<string> names, string option, string? found) =>
        Check(found is null || names.Contains(found), option, $"one of {string.Join(", ", names)}", found);
}
