using Deep.Perceivers;

namespace Deep.Tests.Perceivers;

public sealed class WordMaskingTests
{
    private static readonly ByteTokenizer Tokenizer = new();
    private static readonly int[] Text = Tokenizer.Encode(string.Join(' ', Enumerable.Range(100, 400)));

    [Fact]
    public void Words_are_hidden_whole_and_nothing_else_is()
    {
        var masked = new WordMasking { Seed = 1 }.Apply(Text, 0);
        foreach (var (start, end) in WordMasking.Words(Text))
        {
            Assert.Equal(3, end - start);
            var hidden = masked.Tokens[start] == ByteTokenizer.Mask;
            for (var place = start; place < end; place++)
            {
                Assert.Equal(hidden ? ByteTokenizer.Mask : Text[place], masked.Tokens[place]);
                Assert.Equal(hidden ? Text[place] : MaskedTokens.Ignored, masked.Labels[place]);
            }
        }

        Assert.Equal((4, 5), (masked.Tokens[0], masked.Tokens[^1]));
        Assert.All(Enumerable.Range(0, Text.Length).Except(masked.Places), place => Assert.Equal(Text[place], masked.Tokens[place]));
    }

    [Fact]
    public void The_rate_is_kept_over_many_samples()
    {
        var masking = new WordMasking();
        var hidden = Enumerable.Range(0, 50).Sum(sample => masking.Apply(Text, sample).Places.Count()) / 3.0;
        Assert.Equal(0.15, hidden / (50 * 400), 0.01);
        Assert.Equal(1200, new WordMasking { Rate = 1 }.Apply(Text, 0).Places.Count());
    }

    [Fact]
    public void The_same_sample_hides_the_same_words_in_any_order_and_another_hides_others()
    {
        var masking = new WordMasking { Seed = 5 };
        var forward = Enumerable.Range(0, 8).Select(sample => masking.Apply(Text, sample).Tokens).ToArray();
        var backward = Enumerable.Range(0, 8).Reverse().Select(sample => masking.Apply(Text, sample).Tokens).Reverse().ToArray();
        Assert.Equal(forward, backward);
        Assert.NotEqual(forward[0], forward[1]);
        Assert.NotEqual(forward[0], (masking with { Seed = 6 }).Apply(Text, 0).Tokens);
    }

    [Fact]
    public void The_space_before_a_word_is_hidden_with_it_where_that_is_asked_for()
    {
        var words = WordMasking.Words(Tokenizer.Encode("to be  or"), includeLeadingSpace: true);
        Assert.Equal([(1, 3), (3, 6), (6, 10)], words);
        Assert.Equal([(1, 3), (4, 6), (8, 10)], WordMasking.Words(Tokenizer.Encode("to be  or")));
        Assert.Equal([(0, 1), (2, 3)], WordMasking.Words(Tokenizer.Encode("a[SEP]b", addSpecial: false)));
        Assert.Empty(WordMasking.Words(Tokenizer.Encode("  \t\n")));
        Assert.Empty(WordMasking.Words([]));
    }

    [Fact]
    public void Some_words_become_random_bytes_or_stay_but_are_predicted_all_the_same()
    {
        var masking = new WordMasking { Rate = 1, RandomRate = 0.3, KeepRate = 0.3 };
        var masked = masking.Apply(Text, 0);
        var (hidden, kept) = (masked.Tokens.Count(token => token == ByteTokenizer.Mask), 0);
        foreach (var place in masked.Places)
        {
            kept += masked.Tokens[place] == Text[place] ? 1 : 0;
            Assert.InRange(masked.Tokens[place], ByteTokenizer.Mask, ByteTokenizer.VocabularySize - 1);
        }

        Assert.InRange(hidden / 1200.0, 0.3, 0.5);
        Assert.InRange(kept / 1200.0, 0.2, 0.4);
    }

    [Fact]
    public void A_span_is_hidden_as_DeepMind_s_example_has_it()
    {
        var text = new ByteTokenizer(TokenizerForm.DeepMind).Encode("This is an incomplete sentence where some words are missing.");
        var masked = WordMasking.Apply(text, 51..60);
        Assert.Equal([38, 115, 111, 121, 121, 111, 116, 109, 52], masked.Places.Select(place => masked.Labels[place]));
        Assert.Equal(9, masked.Tokens.Count(token => token == ByteTokenizer.Mask));
        Assert.Empty(WordMasking.Apply([4, 5], ..).Places);
    }

    [Theory]
    [InlineData(0, 0, 0, "Rate")]
    [InlineData(1.1, 0, 0, "Rate")]
    [InlineData(double.NaN, 0, 0, "Rate")]
    [InlineData(0.5, -1, 0, "RandomRate")]
    [InlineData(0.5, 0.6, 0.6, "KeepRate")]
    public void A_wrong_rate_is_named(double rate, double random, double keep, string setting) =>
        Assert.Equal($"WordMasking.{setting}", Assert.Throws<ConfigurationException>(() =>
            new WordMasking { Rate = rate, RandomRate = random, KeepRate = keep }.Apply([103], 0)).Setting);
}
