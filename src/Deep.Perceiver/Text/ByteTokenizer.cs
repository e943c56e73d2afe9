using System.Text;

namespace Deep.Perceivers;

/// <summary>Text to tokens and back: a token is a byte of UTF-8, 6 above its value, or one of six special ones.</summary>
/// <remarks>
/// Perceiver IO, section 4.1. No vocabulary to load: 256 bytes and 6 special tokens. Immutable, safe to share between
/// threads. A lone surrogate in a text is encoded as U+FFFD; bytes that are no UTF-8 are decoded as U+FFFD.
/// </remarks>
public sealed class ByteTokenizer
{
    /// <summary>The token that fills a batch up.</summary>
    public const int Pad = 0;

    /// <summary>Beginning of a sequence; no released model was trained with it.</summary>
    public const int BeginOfSequence = 1;

    /// <summary>End of a sequence; no released model was trained with it.</summary>
    public const int EndOfSequence = 2;

    /// <summary>The token in place of a hidden byte.</summary>
    public const int Mask = 3;

    /// <summary>The token before a text in the Hugging Face form.</summary>
    public const int Classify = 4;

    /// <summary>The token after a text in the Hugging Face form.</summary>
    public const int Separate = 5;

    /// <summary>The token of byte 0.</summary>
    public const int FirstByte = 6;

    /// <summary>Different tokens: 6 special ones and 256 bytes.</summary>
    public const int VocabularySize = 262;

    /// <summary>Tokens that the released language model takes at most.</summary>
    public const int DefaultMaxLength = 2048;

    private static readonly string[] Names = ["[PAD]", "[BOS]", "[EOS]", "[MASK]", "[CLS]", "[SEP]"];

    /// <summary>A tokenizer.</summary>
    /// <param name="form">Whose rules it follows.</param>
    /// <param name="maxLength">Most tokens of a text, special ones included, 4 or more.</param>
    /// <exception cref="ConfigurationException">A value is out of its range.</exception>
    public ByteTokenizer(TokenizerForm form = TokenizerForm.HuggingFace, int maxLength = DefaultMaxLength)
    {
        if (!Enum.IsDefined(form))
        {
            throw new ConfigurationException(nameof(form), "a form of the enumeration", form);
        }

        if (maxLength < 4)
        {
            throw new ConfigurationException(nameof(maxLength), "4 or more", maxLength);
        }

        (Form, MaxLength) = (form, maxLength);
    }

    /// <summary>Whose rules it follows.</summary>
    public TokenizerForm Form { get; }

    /// <summary>Most tokens of a text, special ones included.</summary>
    public int MaxLength { get; }

    /// <summary>Whether a token stands for no byte.</summary>
    /// <param name="token">0 to 261.</param>
    public static bool IsSpecial(int token) => token < FirstByte;

    /// <summary>The name of a special token, such as <c>[MASK]</c>.</summary>
    /// <param name="token">0 to 5.</param>
    public static string NameOf(int token) => Names[token];

    /// <summary>The tokens of a text.</summary>
    /// <param name="text">The text; may be empty.</param>
    /// <param name="addSpecial">Whether the Hugging Face form puts CLS before and SEP after it.</param>
    /// <param name="truncate">Whether a longer text is cut to <see cref="MaxLength"/>; false, the default: an error.</param>
    /// <returns>The tokens, 0 to 261 each.</returns>
    /// <exception cref="ShapeException">The text has more tokens than <see cref="MaxLength"/>.</exception>
    public int[] Encode(string text, bool addSpecial = true, bool truncate = false)
    {
        ArgumentNullException.ThrowIfNull(text);
        var wraps = addSpecial && Form == TokenizerForm.HuggingFace;
        var tokens = new List<int>(text.Length + 2);
        if (wraps)
        {
            tokens.Add(Classify);
        }

        AddTokens(tokens, text);
        Fit(tokens, wraps ? MaxLength - 1 : MaxLength, truncate, wraps ? 1 : 0);
        if (wraps)
        {
            tokens.Add(Separate);
        }

        return [.. tokens];
    }

    /// <summary>The tokens of two texts in one sequence: CLS, the first, SEP, the second, SEP.</summary>
    /// <param name="first">The first text.</param>
    /// <param name="second">The second text.</param>
    /// <returns>The tokens.</returns>
    /// <exception cref="ConfigurationException">The DeepMind form, which knows no pairs.</exception>
    /// <exception cref="ShapeException">The texts have more tokens than <see cref="MaxLength"/>.</exception>
    public int[] EncodePair(string first, string second)
    {
        ArgumentNullException.ThrowIfNull(first);
        ArgumentNullException.ThrowIfNull(second);
        if (Form != TokenizerForm.HuggingFace)
        {
            throw new ConfigurationException(nameof(Form), "HuggingFace to encode a pair of texts", Form);
        }

        var tokens = new List<int>(first.Length + second.Length + 3) { Classify };
        AddTokens(tokens, first);
        tokens.Add(Separate);
        AddTokens(tokens, second);
        Fit(tokens, MaxLength - 1, truncate: false, special: 1);
        tokens.Add(Separate);
        return [.. tokens];
    }

    /// <summary>Several texts as one batch, filled up with padding on the right.</summary>
    /// <param name="texts">N texts, at least one.</param>
    /// <param name="length">Tokens of each row, at most <see cref="MaxLength"/>; null: of the longest text.</param>
    /// <param name="truncate">Whether longer texts are cut; false, the default: an error.</param>
    /// <returns>The batch, as plain numbers.</returns>
    /// <exception cref="ShapeException">There is no text, or one does not fit.</exception>
    public TokenBatch EncodeBatch(IReadOnlyList<string> texts, int? length = null, bool truncate = false)
    {
        ArgumentNullException.ThrowIfNull(texts);
        var limit = Math.Min(length ?? MaxLength, MaxLength);
        var narrow = limit == MaxLength ? this : new ByteTokenizer(Form, limit);
        return TokenBatch.Of([.. texts.Select(text => narrow.Encode(text, truncate: truncate))], length);
    }

    /// <summary>The text of tokens.</summary>
    /// <param name="tokens">0 to 261 each.</param>
    /// <param name="skipSpecial">Whether special tokens are left out; else the Hugging Face form prints their names. The
    /// DeepMind form always leaves them out.</param>
    /// <returns>The text; bytes that are no UTF-8 are U+FFFD.</returns>
    /// <exception cref="ShapeException">A token is out of its range.</exception>
    public string Decode(ReadOnlySpan<int> tokens, bool skipSpecial = false)
    {
        var bytes = new List<byte>(tokens.Length);
        foreach (var token in tokens)
        {
            if (token is < 0 or >= VocabularySize)
            {
                throw new ShapeException($"A token is 0 to {VocabularySize - 1}, but {token} came.");
            }

            if (!IsSpecial(token))
            {
                bytes.Add((byte)(token - FirstByte));
            }
            else if (!skipSpecial && Form == TokenizerForm.HuggingFace)
            {
                bytes.AddRange(Encoding.ASCII.GetBytes(Names[token]));
            }
        }

        return Encoding.UTF8.GetString(bytes.ToArray());
    }

    private void AddTokens(List<int> tokens, string text)
    {
        var from = 0;
        for (var at = 0; Form == TokenizerForm.HuggingFace && (at = text.IndexOf('[', at)) >= 0;)
        {
            var token = Array.FindIndex(Names, name => text.AsSpan(at).StartsWith(name, StringComparison.Ordinal));
            if (token < 0)
            {
                at++;
                continue;
            }

            AddBytes(tokens, text.AsSpan(from, at - from));
            tokens.Add(token);
            from = at += Names[token].Length;
        }

        AddBytes(tokens, text.AsSpan(from));
    }

    private static void AddBytes(List<int> tokens, ReadOnlySpan<char> text)
    {
        var bytes = new byte[Encoding.UTF8.GetByteCount(text)];
        Encoding.UTF8.GetBytes(text, bytes);
        foreach (var value in bytes)
        {
            tokens.Add(value + FirstByte);
        }
    }

    private void Fit(List<int> tokens, int limit, bool truncate, int special)
    {
        if (tokens.Count <= limit)
        {
            return;
        }

        tokens.RemoveRange(limit, truncate ? tokens.Count - limit : 0);
        if (!truncate)
        {
            throw new ShapeException(
                $"A text may have at most {MaxLength} tokens, special ones included, but this one has "
                + $"{tokens.Count + special}: shorten it, or let it be truncated.");
        }
    }
}
