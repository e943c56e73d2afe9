using System.Buffers;
using System.Text;

namespace Deep.Hub;

/// <summary>Which names may become paths in the cache and addresses on the hub.</summary>
/// <remarks>
/// Names come from users, but also from files that strangers wrote (a shard index). They become paths, so the rules are
/// those of the strictest file system and hold everywhere: a cache may lie on a shared drive.
/// </remarks>
internal static class HubNames
{
    private const int LongestRepositoryPart = 96;
    private const int LongestPath = 1024;
    private const int LongestSegment = 200;   // in UTF-8; file systems stop at 255, temporary names need a suffix
    private const int LongestPrinted = 200;

    private static readonly SearchValues<char> RepositoryCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.");

    private static readonly SearchValues<char> ForbiddenInPaths = SearchValues.Create("\\:*?\"<>|");

    private static readonly string[] WindowsDevices = ["CON", "PRN", "AUX", "NUL", "CLOCK$", "CONIN$", "CONOUT$"];

    /// <summary>Whether this is <c>owner/name</c> as a hub allows it.</summary>
    internal static bool IsRepository(string text)
    {
        string[] parts = text.Split('/');
        return parts.Length == 2 && parts.All(IsRepositoryPart);
    }

    /// <summary>Whether this is the full name of a commit: 40 lower-case hexadecimal digits.</summary>
    internal static bool IsCommit(string text) => text.Length == 40 && text.All(char.IsAsciiHexDigitLower);

    /// <summary>Whether this is a relative path, with <c>/</c> between its parts, that stays below its start.</summary>
    internal static bool IsRelativePath(string text) =>
        text.Length is > 0 and <= LongestPath && text.Split('/').All(IsSegment);

    /// <summary>Passes a file name on, or refuses it.</summary>
    /// <exception cref="HubException">It is not a relative path that stays inside its repository.</exception>
    internal static string RequireFile(string name) => IsRelativePath(name)
        ? name
        : throw new HubException(
            HubFailure.InvalidName,
            $"\"{Printable(name)}\" is not a file name that a model's repository may have: "
            + "it must be a relative path with / between its parts.");

    /// <summary>Passes a reference on, or refuses it.</summary>
    /// <exception cref="HubException">The repository or the revision is not a legal name.</exception>
    internal static HubReference RequireReference(HubReference reference) =>
        IsRepository(reference.Repository) && IsRelativePath(reference.Revision)
            ? reference
            : throw new HubException(
                HubFailure.InvalidName,
                $"\"{Printable(reference.ToString())}\" does not name a model: expected hf:owner/name[@revision].");

    /// <summary>Text from outside, fit for a message: one line, no control characters, not endless.</summary>
    internal static string Printable(string text)
    {
        var clean = new string([.. text.Take(LongestPrinted).Select(c => char.IsControl(c) ? '?' : c)]);
        return text.Length > LongestPrinted ? clean + "..." : clean;
    }

    // "--" separates owner and name in the cache's folder names, so a part may not contain it.
    private static bool IsRepositoryPart(string part) =>
        part.Length is > 0 and <= LongestRepositoryPart
        && !part.AsSpan().ContainsAnyExcept(RepositoryCharacters)
        && part[0] is not ('-' or '.') && part[^1] is not ('-' or '.')
        && !part.Contains("--", StringComparison.Ordinal) && !part.Contains("..", StringComparison.Ordinal);

    // A trailing dot or space is cut off by Windows, so "..." or ".. " would become another name there.
    private static bool IsSegment(string segment) =>
        segment.Length > 0
        && segment[^1] is not ('.' or ' ')
        && !segment.AsSpan().ContainsAny(ForbiddenInPaths)
        && !segment.Any(char.IsControl)
        && IsWellFormed(segment)
        && Encoding.UTF8.GetByteCount(segment) <= LongestSegment
        && !IsWindowsDevice(segment);

    private static bool IsWellFormed(string text)
    {
        for (int i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
            {
                continue;
            }

            if (!char.IsSurrogatePair(text, i))
            {
                return false;
            }

            i++;
        }

        return true;
    }

    private static bool IsWindowsDevice(string segment)
    {
        string stem = segment.Split('.')[0].TrimEnd().ToUpperInvariant();
        bool isPort = stem is ['C', 'O', 'M', >= '0' and <= '9'] or ['L', 'P', 'T', >= '0' and <= '9'];
        return isPort || WindowsDevices.Contains(stem);
    }
}
