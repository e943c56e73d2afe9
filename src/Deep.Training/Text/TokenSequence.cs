using static TorchSharp.torch;

namespace Deep.Training;

// N windows, T positions

/// <summary>A text as the tokens of a vocabulary: what a language model is trained or tested on.</summary>
/// <remarks>Immutable; parts share the memory of the whole.</remarks>
public sealed class TokenSequence
{
    private readonly ReadOnlyMemory<int> _tokens;

    /// <summary>A sequence of tokens.</summary>
    /// <param name="name">What errors call it, such as the file's name.</param>
    /// <param name="tokens">The tokens, one or more.</param>
    /// <param name="vocabularySize">The number of different tokens that there can be, 1 or more.</param>
    /// <exception cref="TextException">There is no token, or one is outside the vocabulary; names its place.</exception>
    public TokenSequence(string name, ReadOnlyMemory<int> tokens, int vocabularySize)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentOutOfRangeException.ThrowIfLessThan(vocabularySize, 1);
        if (tokens.IsEmpty)
        {
            throw new TextException(name, "expected one token or more, found none.");
        }

        for (var i = 0; i < tokens.Length; i++)
        {
            if ((uint)tokens.Span[i] >= (uint)vocabularySize)
            {
                throw new TextException(name, $"expected tokens from 0 to {vocabularySize - 1}, found {tokens.Span[i]} at {i:N0}.");
            }
        }

        (Name, _tokens, VocabularySize) = (name, tokens, vocabularySize);
    }

    /// <summary>What errors call it.</summary>
    public string Name { get; }

    /// <summary>The number of tokens.</summary>
    public int Count => _tokens.Length;

    /// <summary>The number of different tokens that there can be.</summary>
    public int VocabularySize { get; }

    /// <summary>The tokens.</summary>
    public ReadOnlySpan<int> Tokens => _tokens.Span;

    /// <summary>Encodes a text.</summary>
    /// <param name="name">What errors call it, such as the file's name.</param>
    /// <param name="text">The text.</param>
    /// <param name="vocabulary">The vocabulary.</param>
    /// <exception cref="TextException">The text is empty, or something in it is not in the vocabulary.</exception>
    public static TokenSequence Of(string name, string text, TextVocabulary vocabulary)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(vocabulary);
        try
        {
            return new TokenSequence(name, vocabulary.Encode(text), vocabulary.Size);
        }
        catch (TextException error) when (error.Text == "text")
        {
            throw new TextException(name, error.Message["text: ".Length..], error);
        }
    }

    /// <summary>Divides the sequence into a first part to train on and its tail to test on.</summary>
    /// <param name="heldOut">The share of the tail, above 0 and below 1.</param>
    /// <exception cref="ConfigurationException">The share is out of its range.</exception>
    /// <exception cref="TextException">One of the parts would be empty.</exception>
    public (TokenSequence Train, TokenSequence HeldOut) Split(double heldOut = 0.1)
    {
        if (heldOut is not (> 0 and < 1))
        {
            throw new ConfigurationException("held-out share", "above 0 and below 1", heldOut);
        }

        var train = (int)(Count * (1 - heldOut));
        return (
            new TokenSequence($"{Name} (the part to train on)", _tokens[..train], VocabularySize),
            new TokenSequence($"{Name} (the part held out)", _tokens[train..], VocabularySize));
    }

    /// <summary>The probability that two tokens drawn from this text are the same: the sum of the squared frequencies, above 0 and at most 1.</summary>
    public double Repetition() => Frequencies().Sum(count => (double)count / Count * count / Count);

    /// <summary>Entropy of a token by the frequencies of this text, in nats.</summary>
    /// <remarks>A model with this loss has learned how frequent tokens are, and nothing of how they follow each other.</remarks>
    public double UnigramEntropy() => Entropy(Frequencies().Where(count => count > 0), Count);

    /// <summary>Entropy of a token when the one before is known, by the frequencies of this text, in nats.</summary>
    public double BigramEntropy()
    {
        var pairs = new Dictionary<(int First, int Second), long>();
        var firsts = new Dictionary<int, long>();
        for (var i = 1; i < Count; i++)
        {
            var pair = (Tokens[i - 1], Tokens[i]);
            pairs[pair] = pairs.GetValueOrDefault(pair) + 1;
            firsts[pair.Item1] = firsts.GetValueOrDefault(pair.Item1) + 1;
        }

        return Count < 2 ? 0 : Entropy(pairs.Values, Count - 1) - Entropy(firsts.Values, Count - 1);
    }

    /// <summary>Windows side by side, for looking into a model.</summary>
    /// <param name="first">Where the first begins.</param>
    /// <param name="length">T, the tokens of each, 1 or more.</param>
    /// <param name="windows">N, how many at most, 1 or more; fewer where the text ends before.</param>
    /// <param name="device">Where the tensor is put; the CPU by default.</param>
    /// <returns>[N, T] of int64. The caller disposes it.</returns>
    /// <exception cref="TextException">Not one window fits.</exception>
    public Tensor Windows(int first, int length, int windows, Device? device = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        ArgumentOutOfRangeException.ThrowIfLessThan(length, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(windows, 1);
        var count = Math.Min(windows, (Count - first) / length);
        if (count < 1)
        {
            throw new TextException(Name, $"expected {length:N0} tokens or more from {first:N0} on, found {Math.Max(0, Count - first):N0}.");
        }

        long[] tokens = [.. _tokens.Span.Slice(first, count * length).ToArray().Select(token => (long)token)];
        return tensor(tokens, [count, length], ScalarType.Int64, device ?? CPU);
    }

    /// <summary>Throws unless a window and the token after it fit.</summary>
    /// <param name="context">The tokens of the window.</param>
    /// <exception cref="TextException">The text is shorter; says how long both are.</exception>
    public void RequireContext(int context)
    {
        if (Count <= context)
        {
            throw new TextException(
                Name, $"expected at least {context + 1:N0} tokens (a context of {context:N0} and the one after it), found {Count:N0}.");
        }
    }

    private long[] Frequencies()
    {
        var counts = new long[VocabularySize];
        foreach (var token in Tokens)
        {
            counts[token]++;
        }

        return counts;
    }

    private static double Entropy(IEnumerable<long> counts, long total) =>
        counts.Sum(count => -((double)count / total) * Math.Log((double)count / total));
}
