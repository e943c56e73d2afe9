using System.Diagnostics.CodeAnalysis;

namespace Deep.Hub;

/// <summary>A model on a Hugging Face style hub, written <c>hf:owner/name[@revision]</c>.</summary>
/// <param name="Repository">Owner and name with a slash between them, such as <c>timm/dm_nfnet_f0.dm_in1k</c>.</param>
/// <param name="Revision">A branch, a tag, or a commit's 40 digits; pin a commit where results must not change.</param>
public sealed record HubReference(string Repository, string Revision)
{
    /// <summary>The revision that is meant where none is written.</summary>
    public const string DefaultRevision = "main";

    /// <summary>What every written reference begins with.</summary>
    public const string Prefix = "hf:";

    /// <summary>Reads <c>hf:owner/name[@revision]</c>.</summary>
    /// <param name="text">The text; null and everything that is no reference give false.</param>
    /// <param name="reference">The reference, or null.</param>
    /// <returns>Whether the text is a reference with legal names.</returns>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out HubReference? reference)
    {
        reference = null;
        if (text is null || !text.StartsWith(Prefix, StringComparison.Ordinal))
        {
            return false;
        }

        string rest = text[Prefix.Length..];
        int at = rest.IndexOf('@', StringComparison.Ordinal);
        string repository = at < 0 ? rest : rest[..at];
        string revision = at < 0 ? DefaultRevision : rest[(at + 1)..];
        if (!HubNames.IsRepository(repository) || !HubNames.IsRelativePath(revision))
        {
            return false;
        }

        reference = new HubReference(repository, revision);
        return true;
    }

    /// <summary>Reads <c>hf:owner/name[@revision]</c>, or says what is wrong with it.</summary>
    /// <param name="text">The text.</param>
    /// <returns>The reference.</returns>
    /// <exception cref="HubException">The text is not a reference (<see cref="HubFailure.InvalidName"/>).</exception>
    public static HubReference Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return TryParse(text, out HubReference? reference)
            ? reference
            : throw new HubException(
                HubFailure.InvalidName,
                $"\"{HubNames.Printable(text)}\" does not name a model: expected {Prefix}owner/name[@revision].");
    }

    /// <summary>The reference as it is written, with its revision.</summary>
    public override string ToString() => $"{Prefix}{Repository}@{Revision}";
}
