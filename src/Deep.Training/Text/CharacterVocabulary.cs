using System.Collections.Frozen;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Deep.Training;

/// <summary>The characters of a text, each a Unicode scalar value.</summary>
internal sealed class CharacterVocabulary : TextVocabulary
{
    public const string Name = "characters";

    private readonly Rune[] _characters;
    private readonly FrozenDictionary<Rune, int> _tokens;

    private CharacterVocabulary(Rune[] characters)
    {
        _characters = characters;
        _tokens = characters.Select((character, token) => (character, token)).ToFrozenDictionary(c => c.character, c => c.token);
    }

    public override string Kind => Name;

    public override int Size => _characters.Length;

    public static CharacterVocabulary Of(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var characters = new HashSet<Rune>();
        Visit(text, "text", (character, _) => characters.Add(character));
        return characters.Count > 0
            ? new CharacterVocabulary([.. characters.Order()])
            : throw new TextException("text", "expected one character or more, found none.");
    }

    /// <summary>The characters in the order of their tokens.</summary>
    public static CharacterVocabulary FromList(string list, string source)
    {
        var characters = new List<Rune>();
        Visit(list, source, (character, _) => characters.Add(character));
        return characters.Count > 0 && characters.Distinct().Count() == characters.Count
            ? new CharacterVocabulary([.. characters])
            : throw new TextException(
                source, $"expected a list of one or more different characters, found {characters.Count}, {characters.Distinct().Count()} of them different.");
    }

    public override int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>(text.Length);
        Visit(text, "text", (character, place) => tokens.Add(_tokens.TryGetValue(character, out var token)
            ? token
            : throw new TextException(
                "text", $"expected the vocabulary's {Size} characters, found '{character}' (U+{character.Value:X4}) at {place:N0}.")));
        return [.. tokens];
    }

    public override string Decode(IReadOnlyList<int> tokens)
    {
        Require(tokens);
        var text = new StringBuilder(tokens.Count);
        foreach (var token in tokens)
        {
            text.Append(_characters[token].ToString());
        }

        return text.ToString();
    }

    public override string ToJson()
    {
        var list = string.Concat(_characters.Select(character => character.ToString()));
        return $$"""{"kind":"{{Name}}","characters":"{{JsonEncodedText.Encode(list, JavaScriptEncoder.Default)}}"}""";
    }

    private static void Visit(string text, string source, Action<Rune, int> visit)
    {
        for (int at = 0, place = 0; at < text.Length; place++)
        {
            if (!Rune.TryGetRuneAt(text, at, out var character))
            {
                throw new TextException(source, $"expected characters, found half a surrogate pair (U+{(int)text[at]:X4}) at {place:N0}.");
            }

            visit(character, place);
            at += character.Utf16SequenceLength;
        }
    }
}
