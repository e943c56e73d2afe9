using System.Globalization;
using Deep.Checkpoints;

namespace Deep.Perceivers;

/// <summary>One line of a name table: what we call a tensor, what they call it, and how the layout changes.</summary>
/// <remarks>
/// <c>{x}</c> in our name stands for one part between dots; the same in theirs is what stood there. In theirs,
/// <c>{_x}</c> is nothing for 0 and <c>_3</c> for 3, as Haiku numbers modules.
/// </remarks>
internal sealed record NameRule(string Ours, string Theirs, TensorTransform? Transform = null)
{
    private readonly string[] parts = Ours.Split('.');

    /// <summary>Their name for one of ours, or null where the rule does not speak of it.</summary>
    public string? Translate(string ours)
    {
        var found = ours.Split('.');
        if (found.Length != parts.Length)
        {
            return null;
        }

        var theirs = Theirs;
        for (var i = 0; i < parts.Length; i++)
        {
            if (parts[i] is ['{', .. var name, '}'])
            {
                theirs = theirs.Replace($"{{{name}}}", found[i], StringComparison.Ordinal)
                    .Replace($"{{_{name}}}", Numbered(found[i]), StringComparison.Ordinal);
            }
            else if (parts[i] != found[i])
            {
                return null;
            }
        }

        return theirs;
    }

    /// <summary>The map of all our names by a table: the first rule that speaks of a name counts.</summary>
    /// <exception cref="ConfigurationException">The convention has no place for one of the names.</exception>
    public static IEnumerable<NameMapping> Apply(
        IReadOnlyList<NameRule> rules, IEnumerable<string> ours, PerceiverNaming naming)
    {
        foreach (var name in ours)
        {
            var line = rules.Select(rule => rule.Translate(name) is { } theirs
                ? new NameMapping(theirs, name, rule.Transform)
                : null).FirstOrDefault(line => line is not null);
            yield return line ?? throw new ConfigurationException(
                nameof(PerceiverNaming), $"a convention that has a place for {name}", naming);
        }
    }

    private static string Numbered(string index) =>
        int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number == 0
            ? ""
            : $"_{index}";
}
