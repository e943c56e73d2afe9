using System.Text.Json;

namespace Deep.Training;

/// <summary>The units of a language model: takes text apart into numbered tokens, and puts tokens together to text.</summary>
/// <remarks>
/// <see cref="Bytes"/> and <see cref="Characters"/> stand here; other tokenizers derive from this class. Immutable, safe
/// for concurrent use.
/// </remarks>
public abstract class TextVocabulary
{
    /// <summary>The metadata entry of a model's file that holds <see cref="ToJson"/>.</summary>
    public const string MetadataKey = "deep.vocabulary";

    /// <summary>The kind, as JSON has it: <c>bytes</c>, <c>characters</c> or a derived class's own.</summary>
    public abstract string Kind { get; }

    /// <summary>The number of different tokens, which are numbered from 0.</summary>
    public abstract int Size { get; }

    /// <summary>The 256 bytes, for any text in UTF-8: every text can be encoded, and no file has to be kept.</summary>
    public static TextVocabulary Bytes() => ByteVocabulary.Instance;

    /// <summary>The different characters of a text (Unicode scalar values), in the order of their numbers.</summary>
    /// <param name="text">The text; only its characters can be encoded.</param>
    /// <exception cref="TextException">The text is empty or has half a surrogate pair.</exception>
    public static TextVocabulary Characters(string text) => CharacterVocabulary.Of(text);

    /// <summary>Reads what <see cref="ToJson"/> of one of the two vocabularies here wrote.</summary>
    /// <param name="json">The JSON.</param>
    /// <param name="source">What an error calls it, such as the file that it is from.</param>
    /// <exception cref="TextException">It is not the JSON of a vocabulary, or of another kind.</exception>
    public static TextVocabulary FromJson(string json, string source = "vocabulary")
    {
        ArgumentNullException.ThrowIfNull(json);
        try
        {
            using var document = JsonDocument.Parse(json);
            var kind = document.RootElement.GetProperty("kind").GetString();
            return kind switch
            {
                ByteVocabulary.Name => Bytes(),
                CharacterVocabulary.Name => CharacterVocabulary.FromList(
                    document.RootElement.GetProperty("characters").GetString() ?? "", source),
                _ => throw new TextException(
                    source, $"expected a vocabulary of kind '{ByteVocabulary.Name}' or '{CharacterVocabulary.Name}', found '{kind}'."),
            };
        }
        catch (Exception error) when (error is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new TextException(source, $"expected the JSON of a vocabulary, found something else: {error.Message}", error);
        }
    }

    /// <summary>Takes text apart.</summary>
    /// <param name="text">Any text, the empty one as well.</param>
    /// <returns>The tokens, each from 0 to below <see cref="Size"/>.</returns>
    /// <exception cref="TextException">Something in it is not in the vocabulary; names it and its place.</exception>
    public abstract int[] Encode(string text);

    /// <summary>Puts tokens together.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <returns>The text; bytes that are no UTF-8 become U+FFFD.</returns>
    /// <exception cref="TextException">A token is outside the vocabulary; names it and its place.</exception>
    public abstract string Decode(IReadOnlyList<int> tokens);

    /// <summary>Puts tokens together while they come.</summary>
    /// <returns>A new decoder, for one thread.</returns>
    public virtual TextDecoder NewDecoder() => new WindowedTextDecoder(this);

    /// <summary>All that is needed to make the same vocabulary again.</summary>
    public abstract string ToJson();

    /// <summary>Throws unless each token is one of the vocabulary.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <exception cref="TextException">One is not; names it and its place.</exception>
    protected void Require(IReadOnlyList<int> tokens)
    {
        ArgumentNullException.ThrowIfNull(tokens);
        for (var i = 0; i < tokens.Count; i++)
        {
            if ((uint)tokens[i] >= (uint)Size)
            {
                throw new TextException("tokens", $"expected numbers from 0 to {Size - 1} ({Kind}), found {tokens[i]} at {i}.");
            }
        }
    }
}
