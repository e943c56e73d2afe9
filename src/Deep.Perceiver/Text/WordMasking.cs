namespace Deep.Perceivers;

/// <summary>Hides whole words for masked language modelling (Perceiver IO, section 4.1 and appendix F).</summary>
/// <remarks>
/// A word is a run of bytes without white space. Which words are hidden follows from seed, sample and the word's number
/// alone: not from the order of calls, so that data may be read by many workers or again from the middle. Immutable,
/// safe to share between threads.
/// </remarks>
public sealed record WordMasking
{
    /// <summary>The part of words that is hidden, above 0 and at most 1. Default 0.15, as in the paper.</summary>
    public double Rate { get; init; } = 0.15;

    /// <summary>The part of the chosen words whose bytes become random ones instead, 0 to 1. Default 0; BERT: 0.1.</summary>
    public double RandomRate { get; init; }

    /// <summary>The part of the chosen words that stay as they are, but are predicted, 0 to 1. Default 0; BERT: 0.1.</summary>
    public double KeepRate { get; init; }

    /// <summary>
    /// Whether the white space before a word is hidden with it. Default false; a filled span fits better with it.
    /// </summary>
    public bool IncludeLeadingSpace { get; init; }

    /// <summary>Where the choices come from. Default 0.</summary>
    public long Seed { get; init; }

    /// <summary>Checks the settings.</summary>
    /// <exception cref="ConfigurationException">A rate is out of its range.</exception>
    public void Validate()
    {
        Require(Rate is > 0 and <= 1, nameof(Rate), "above 0 and at most 1", Rate);
        Require(RandomRate is >= 0 and <= 1, nameof(RandomRate), "0 to 1", RandomRate);
        Require(KeepRate >= 0 && KeepRate + RandomRate <= 1, nameof(KeepRate), "0 to 1 - RandomRate", KeepRate);
    }

    /// <summary>Hides words of one sequence.</summary>
    /// <param name="tokens">The tokens, 0 to 261 each; special ones are never hidden and end a word.</param>
    /// <param name="sample">The sequence's number in the data: another number hides other words.</param>
    /// <returns>The sequence with hidden words. It may be that none was chosen.</returns>
    /// <exception cref="ConfigurationException">A rate is out of its range.</exception>
    public MaskedTokens Apply(ReadOnlySpan<int> tokens, long sample)
    {
        Validate();
        var masked = new MaskedTokens(tokens.ToArray(), new int[tokens.Length]);
        Array.Fill(masked.Labels, MaskedTokens.Ignored);
        var word = 0;
        foreach (var (start, end) in Words(tokens, IncludeLeadingSpace))
        {
            Hide(masked, start, end, new CounterRandom(Seed, sample, word++));
        }

        return masked;
    }

    /// <summary>Hides one part of a sequence.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="span">Their places.</param>
    /// <returns>The sequence with that part hidden; special tokens in it stay.</returns>
    public static MaskedTokens Apply(ReadOnlySpan<int> tokens, Range span)
    {
        var (start, length) = span.GetOffsetAndLength(tokens.Length);
        var masked = new MaskedTokens(tokens.ToArray(), new int[tokens.Length]);
        Array.Fill(masked.Labels, MaskedTokens.Ignored);
        for (var place = start; place < start + length; place++)
        {
            if (!ByteTokenizer.IsSpecial(tokens[place]))
            {
                (masked.Labels[place], masked.Tokens[place]) = (tokens[place], ByteTokenizer.Mask);
            }
        }

        return masked;
    }

    /// <summary>The words of a sequence: runs of bytes without white space.</summary>
    /// <param name="tokens">The tokens.</param>
    /// <param name="includeLeadingSpace">Whether a word begins with the white space before it.</param>
    /// <returns>Places of the first token and after the last, in order.</returns>
    public static IReadOnlyList<(int Start, int End)> Words(ReadOnlySpan<int> tokens, bool includeLeadingSpace = false)
    {
        var words = new List<(int, int)>();
        for (var place = 0; place < tokens.Length;)
        {
            var space = place;
            while (place < tokens.Length && IsWhiteSpace(tokens[place]))
            {
                place++;
            }

            var start = place;
            while (place < tokens.Length && !IsWhiteSpace(tokens[place]) && !ByteTokenizer.IsSpecial(tokens[place]))
            {
                place++;
            }

            if (place > start)
            {
                words.Add((includeLeadingSpace ? space : start, place));
            }
            else
            {
                place++; // a special token, or the end
            }
        }

        return words;
    }

    private static bool IsWhiteSpace(int token) => (token - ByteTokenizer.FirstByte) is ' ' or (>= '\t' and <= '\r');

    private void Hide(MaskedTokens masked, int start, int end, CounterRandom random)
    {
        if (random.Unit(0) >= Rate)
        {
            return;
        }

        var kind = random.Unit(1);
        for (var place = start; place < end; place++)
        {
            masked.Labels[place] = masked.Tokens[place];
            masked.Tokens[place] = kind < KeepRate ? masked.Tokens[place]
                : kind < KeepRate + RandomRate ? ByteTokenizer.FirstByte + (int)(256 * random.Unit(2 + place - start))
                : ByteTokenizer.Mask;
        }
    }

    private static void Require(bool holds, string name, string expected, double found)
    {
        if (!holds)
        {
            throw new ConfigurationException($"{nameof(WordMasking)}.{name}", expected, found);
        }
    }
}
