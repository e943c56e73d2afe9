using System.Text;

namespace Deep.Training;

/// <summary>The 256 bytes of UTF-8.</summary>
internal sealed class ByteVocabulary : TextVocabulary
{
    public const string Name = "bytes";

    private ByteVocabulary()
    {
    }

    public static ByteVocabulary Instance { get; } = new();

    public override string Kind => Name;

    public override int Size => 256;

    public override int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Array.ConvertAll(Encoding.UTF8.GetBytes(text), static value => (int)value);
    }

    public override string Decode(IReadOnlyList<int> tokens)
    {
        Require(tokens);
        return Encoding.UTF8.GetString([.. tokens.Select(token => (byte)token)]);
    }

    public override TextDecoder NewDecoder() => new Pieces(this);

    public override string ToJson() => $$"""{"kind":"{{Name}}"}""";

    /// <summary>Keeps the bytes of a character until the last of them has come.</summary>
    private sealed class Pieces(ByteVocabulary vocabulary) : TextDecoder
    {
        private readonly Decoder _decoder = Encoding.UTF8.GetDecoder();

        public override string Add(int token)
        {
            vocabulary.Require([token]);
            return Take([(byte)token], flush: false);
        }

        public override string Finish() => Take([], flush: true);

        private string Take(ReadOnlySpan<byte> bytes, bool flush)
        {
            Span<char> characters = stackalloc char[8];
            return new string(characters[.._decoder.GetChars(bytes, characters, flush)]);
        }
    }
}
