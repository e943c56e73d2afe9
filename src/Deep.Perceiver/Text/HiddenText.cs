using System.Text;

namespace Deep.Perceivers;

/// <summary>A text as tokens, some of them hidden; filled step by step.</summary>
internal sealed class HiddenText
{
    private readonly int first;
    private readonly int last;
    private readonly Dictionary<int, IReadOnlyList<ByteGuess>> guesses = [];

    private HiddenText(List<int> content, TokenizerForm form, int maxLength)
    {
        Tokens = form == TokenizerForm.HuggingFace
            ? [ByteTokenizer.Classify, .. content, ByteTokenizer.Separate] : [.. content];
        if (Tokens.Length > maxLength)
        {
            throw new ShapeException(
                $"A text may have at most {maxLength} tokens, special ones included, but this one has {Tokens.Length}: "
                + "shorten it.");
        }

        first = form == TokenizerForm.HuggingFace ? 1 : 0;
        last = first + content.Count;
        Hidden = [.. Enumerable.Range(first, content.Count).Where(place => Tokens[place] == ByteTokenizer.Mask)];
        Open = [.. Hidden];
    }

    /// <summary>What the model sees.</summary>
    public int[] Tokens { get; }

    /// <summary>All hidden places.</summary>
    public IReadOnlyList<int> Hidden { get; }

    /// <summary>Those that are not filled yet, in order.</summary>
    public List<int> Open { get; }

    /// <summary>A text in which each occurrence of a string stands for one hidden byte.</summary>
    public static HiddenText Of(string text, string maskString, TokenizerForm form, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        var tokens = new List<int>();
        var parts = text.Split(maskString);
        for (var part = 0; part < parts.Length; part++)
        {
            Add(tokens, parts[part]);
            if (part < parts.Length - 1)
            {
                tokens.Add(ByteTokenizer.Mask);
            }
        }

        return new HiddenText(tokens, form, maxLength);
    }

    /// <summary>A text of which some parts are hidden, byte for byte.</summary>
    public static HiddenText Of(string text, IReadOnlyList<Range> spans, TokenizerForm form, int maxLength)
    {
        ArgumentNullException.ThrowIfNull(text);
        ArgumentNullException.ThrowIfNull(spans);
        var hidden = new bool[text.Length];
        foreach (var span in spans)
        {
            var (start, end) = (span.Start.GetOffset(text.Length), span.End.GetOffset(text.Length));
            if (start < 0 || end < start || end > text.Length)
            {
                throw new ShapeException($"The span {span} does not lie within a text of {text.Length} characters.");
            }

            hidden.AsSpan(start..end).Fill(true);
        }

        var tokens = new List<int>();
        for (int from = 0, to; from < text.Length; from = to)
        {
            // A surrogate pair is one character and is hidden or shown as one.
            for (to = from + 1; to < text.Length && (hidden[to] == hidden[from] || char.IsLowSurrogate(text[to])); to++)
            {
            }

            var count = tokens.Count;
            Add(tokens, text[from..to]);
            for (var place = count; hidden[from] && place < tokens.Count; place++)
            {
                tokens[place] = ByteTokenizer.Mask;
            }
        }

        return new HiddenText(tokens, form, maxLength);
    }

    /// <summary>Fills a place with the best guess.</summary>
    public void Fill(int place, IReadOnlyList<ByteGuess> best)
    {
        guesses[place] = best;
        Tokens[place] = ByteTokenizer.FirstByte + best[0].Value;
        Open.Remove(place);
    }

    /// <summary>The result, once no place is open.</summary>
    public FilledText ToResult()
    {
        var fillings = new List<string>();
        for (var i = 0; i < Hidden.Count;)
        {
            var start = i;
            while (++i < Hidden.Count && Hidden[i] == Hidden[i - 1] + 1)
            {
            }

            fillings.Add(Text(Hidden[start], Hidden[i - 1] + 1));
        }

        return new FilledText(
            Text(first, last), fillings, [.. Hidden.Select(place => new HiddenByte(place - first, guesses[place]))]);
    }

    private static void Add(List<int> tokens, string part)
    {
        foreach (var value in Encoding.UTF8.GetBytes(part))
        {
            tokens.Add(ByteTokenizer.FirstByte + value);
        }
    }

    private string Text(int from, int to) =>
        Encoding.UTF8.GetString([.. Tokens[from..to].Select(token => (byte)(token - ByteTokenizer.FirstByte))]);
}
