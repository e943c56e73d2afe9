using System.Text;

namespace Deep.Training.Tests.Text;

public class TextVocabularyTests
{
    private const string Mixed = "Aé\n日本 \"quoted\\\" 😀 b";

    [Theory]
    [InlineData("")]
    [InlineData("plain")]
    [InlineData(Mixed)]
    public void Text_comes_back_from_both_vocabularies_and_from_their_JSON(string text)
    {
        foreach (var vocabulary in new[] { TextVocabulary.Bytes(), TextVocabulary.Characters(Mixed + "plain") })
        {
            var tokens = vocabulary.Encode(text);
            Assert.All(tokens, token => Assert.InRange(token, 0, vocabulary.Size - 1));
            Assert.Equal(text, vocabulary.Decode(tokens));
            var again = TextVocabulary.FromJson(vocabulary.ToJson());
            Assert.Equal((vocabulary.Kind, vocabulary.Size), (again.Kind, again.Size));
            Assert.Equal(tokens, again.Encode(text));
        }
    }

    [Fact]
    public void Bytes_are_those_of_UTF_8_and_characters_stand_in_their_order()
    {
        Assert.Equal(Encoding.UTF8.GetBytes(Mixed).Select(value => (int)value), TextVocabulary.Bytes().Encode(Mixed));
        var vocabulary = TextVocabulary.Characters("cab😀b");
        Assert.Equal(4, vocabulary.Size);
        Assert.Equal([2, 0, 1, 3, 1], vocabulary.Encode("cab😀b"));
    }

    [Fact]
    public void A_character_that_the_vocabulary_lacks_is_named_with_its_place()
    {
        var error = Assert.Throws<TextException>(() => TextVocabulary.Characters("abc").Encode("aab-é"));
        Assert.Equal("text: expected the vocabulary's 3 characters, found '-' (U+002D) at 3.", error.Message);
        var named = Assert.Throws<TextException>(() => TokenSequence.Of("poem.txt", "aé", TextVocabulary.Characters("abc")));
        Assert.Equal("poem.txt: expected the vocabulary's 3 characters, found 'é' (U+00E9) at 1.", named.Message);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    [InlineData(int.MaxValue)]
    public void A_token_outside_the_vocabulary_is_named_with_its_place(int token)
    {
        var vocabulary = TextVocabulary.Characters("abc");
        var error = Assert.Throws<TextException>(() => vocabulary.Decode([0, token]));
        Assert.Equal($"tokens: expected numbers from 0 to 2 (characters), found {token} at 1.", error.Message);
        Assert.Throws<TextException>(() => vocabulary.NewDecoder().Add(token));
    }

    [Theory]
    [InlineData("", "JSON")]
    [InlineData("[]", "JSON")]
    [InlineData("{}", "JSON")]
    [InlineData("""{"kind":7}""", "JSON")]
    [InlineData("""{"kind":"words"}""", "'words'")]
    [InlineData("""{"kind":"characters"}""", "JSON")]
    [InlineData("""{"kind":"characters","characters":""}""", "found 0")]
    [InlineData("""{"kind":"characters","characters":"abca"}""", "found 4, 3 of them different")]
    public void Damaged_JSON_is_one_clear_error(string json, string part)
    {
        var error = Assert.Throws<TextException>(() => TextVocabulary.FromJson(json, "model.safetensors"));
        Assert.StartsWith("model.safetensors: expected ", error.Message, StringComparison.Ordinal);
        Assert.Contains(part, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Nothing_has_no_characters_and_half_a_pair_is_none()
    {
        Assert.Contains("found none", Assert.Throws<TextException>(() => TextVocabulary.Characters("")).Message, StringComparison.Ordinal);
        Assert.Contains("U+D83D", Assert.Throws<TextException>(() => TextVocabulary.Characters("ab\uD83D")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_stream_tells_whole_characters_as_soon_as_they_are_complete()
    {
        foreach (var vocabulary in new[] { TextVocabulary.Bytes(), TextVocabulary.Characters(Mixed), new Windowed() })
        {
            var decoder = vocabulary.NewDecoder();
            var pieces = vocabulary.Encode(Mixed).Select(decoder.Add).ToArray();
            Assert.Equal(Mixed, string.Concat(pieces));
            Assert.Equal("", decoder.Finish());
            Assert.Equal("A", pieces[0]);
            Assert.All(pieces, piece => Assert.InRange(piece.EnumerateRunes().Count(), 0, 1));
        }
    }

    [Fact]
    public void A_stream_that_ends_within_a_character_ends_with_a_replacement()
    {
        foreach (var vocabulary in new[] { TextVocabulary.Bytes(), new Windowed() })
        {
            var decoder = vocabulary.NewDecoder();
            Assert.Equal("a", decoder.Add('a') + decoder.Add(0xE6) + decoder.Add(0x97));
            Assert.Equal("\uFFFD", decoder.Finish());
        }
    }

    [Fact]
    public void Bytes_that_are_no_text_do_not_stop_a_stream()
    {
        var random = new Random(1);
        int[] tokens = [.. Enumerable.Range(0, 200).Select(_ => random.Next(256))];
        var bytes = TextVocabulary.Bytes();
        var decoder = bytes.NewDecoder();
        Assert.Equal(bytes.Decode(tokens), string.Concat(tokens.Select(decoder.Add)) + decoder.Finish());
        var windowed = new Windowed().NewDecoder();
        Assert.NotEmpty(string.Concat(tokens.Select(windowed.Add)) + windowed.Finish());
    }

    /// <summary>Bytes without a stream of their own, and with a mark that only the start of a text has.</summary>
    private sealed class Windowed : TextVocabulary
    {
        public override string Kind => "windowed";

        public override int Size => 256;

        public override int[] Encode(string text) => Bytes().Encode(text);

        public override string Decode(IReadOnlyList<int> tokens) => Bytes().Decode(tokens);

        public override string ToJson() => "{}";
    }
}
