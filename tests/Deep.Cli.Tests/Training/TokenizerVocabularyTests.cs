using System.Text;
using System.Text.Json;
using Deep.Cli.Training;
using Deep.Training;

namespace Deep.Cli.Tests.Training;

public sealed class TokenizerVocabularyTests(WorkFolder folder) : IClassFixture<WorkFolder>
{
    private const string Mixed = "Hello  world, it's 2026:\n\tnaïve 日本 😀.";

    [Fact]
    public void The_tokens_of_GPT_2_are_the_published_ones()
    {
        var vocabulary = VocabularyChoice.Find("gpt2", "");
        Assert.Equal(50_257, vocabulary.Size);
        Assert.Equal([15496, 995], vocabulary.Encode("Hello world"));
        Assert.Equal(Mixed, vocabulary.Decode(vocabulary.Encode(Mixed)));
        Assert.Equal([15496], TokenizerVocabulary.TryFromJson(vocabulary.ToJson(), "x")!.Encode("Hello"));
    }

    [Fact]
    public void A_folder_of_byte_level_BPE_merges_what_it_lists_and_keeps_every_text()
    {
        var vocabulary = VocabularyChoice.Find(Folder("bpe", "t h", "th e", "Ġ the"), "");
        Assert.Equal(259, vocabulary.Size);
        Assert.Equal([257], vocabulary.Encode("the"));
        Assert.Equal(["the", " the", "th", "x"], new[] { 257, 258, 256 }.Select(token => vocabulary.Decode([token])).Append(vocabulary.Decode(vocabulary.Encode("x"))));
        var again = TokenizerVocabulary.TryFromJson(vocabulary.ToJson(), "x")!;
        foreach (var text in new[] { Mixed, "the theme of the others", "" })
        {
            Assert.Equal(text, vocabulary.Decode(vocabulary.Encode(text)));
            Assert.Equal(vocabulary.Encode(text), again.Encode(text));
        }
    }

    [Fact]
    public void Streams_tell_whole_characters()
    {
        foreach (var vocabulary in new[] { VocabularyChoice.Find("gpt2", ""), VocabularyChoice.Find(Folder("streamed"), "") })
        {
            var decoder = vocabulary.NewDecoder();
            var pieces = vocabulary.Encode(Mixed).Select(decoder.Add).ToArray();
            Assert.Equal(Mixed, string.Concat(pieces) + decoder.Finish());
            Assert.DoesNotContain(pieces, piece => piece.Contains('\uFFFD', StringComparison.Ordinal));
        }
    }

    [Fact]
    public void What_is_no_vocabulary_is_named()
    {
        Assert.Contains("'words'", Assert.Throws<WrongInputException>(() => VocabularyChoice.Find("words", "")).Message, StringComparison.Ordinal);
        var damaged = Folder("damaged");
        File.WriteAllText(Path.Combine(damaged, "vocab.json"), "[1, 2]");
        Assert.StartsWith(damaged, Assert.Throws<TextException>(() => VocabularyChoice.Find(damaged, "")).Message, StringComparison.Ordinal);
        File.Delete(Path.Combine(damaged, "merges.txt"));
        File.Delete(Path.Combine(damaged, "vocab.json"));
        Assert.Contains("vocab.json", Assert.Throws<TextException>(() => VocabularyChoice.Find(damaged, "")).Message, StringComparison.Ordinal);
        Assert.Throws<TextException>(() => VocabularyChoice.Find("gpt2", "").Decode([50_257]));
    }

    // vocab.json and merges.txt as GPT-2 has them: a printable character for each byte, then what is merged.
    private string Folder(string name, params string[] merges)
    {
        var path = Directory.CreateDirectory(folder.At(name)).FullName;
        var printable = Enumerable.Range(0, 256).Where(b => b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE).ToList();
        var characters = Enumerable.Range(0, 256).Select(b =>
            printable.Contains(b) ? (char)b : (char)(256 + b - printable.Count(p => p < b)));
        var tokens = characters.Select(c => c.ToString()).Concat(merges.Select(merge => merge.Replace(" ", "", StringComparison.Ordinal)));
        File.WriteAllText(
            Path.Combine(path, "vocab.json"),
            JsonSerializer.Serialize(tokens.Select((token, id) => (token, id)).ToDictionary(pair => pair.token, pair => pair.id)), new UTF8Encoding(false));
        File.WriteAllText(Path.Combine(path, "merges.txt"), "#version: 0.2\n" + string.Join('\n', merges) + "\n");
        return path;
    }
}
