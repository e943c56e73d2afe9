using System.Text.RegularExpressions;

namespace Deep.Suite.Tests.Documentation;

/// <summary>The links of a page that lead into the repository.</summary>
internal static partial class PageLinks
{
    /// <summary>Targets without their anchors; links to other hosts are left out.</summary>
    public static IEnumerable<string> Of(string page) => Link().Matches(page)
        .Select(m => m.Groups["target"].Value.Split('#')[0])
        .Where(t => t.Length > 0 && !t.Contains("://", StringComparison.Ordinal) && !t.StartsWith("mailto:", StringComparison.Ordinal));

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();
}
