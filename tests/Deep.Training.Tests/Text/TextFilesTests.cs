using Deep.Tests;

namespace Deep.Training.Tests.Text;

public sealed class TextFilesTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Files_are_read_in_order_without_byte_order_marks() =>
        Assert.Equal("b\r\né", TextFiles.Read(Written("2.txt", [0xEF, 0xBB, 0xBF, (byte)'b', 13, 10]), Written("1.txt", [0xC3, 0xA9])));

    [Fact]
    public void What_cannot_be_read_is_named_with_what_was_expected_and_found()
    {
        Assert.Equal($"{_folder.In("none.txt")}: expected a text file, found none.", Error(_folder.In("none.txt")));
        Assert.Equal($"{_folder.Path}: expected a text file, found a folder.", Error(_folder.Path));
        Assert.Contains("found nothing", Error(Written("empty.txt", [])), StringComparison.Ordinal);
        Assert.Contains("found nothing", Error(Written("mark.txt", [0xEF, 0xBB, 0xBF])), StringComparison.Ordinal);
        Assert.EndsWith("expected UTF-8 text, found the byte 0xFF at 3.", Error(Written("latin.txt", [97, 98, 99, 0xFF, 97])), StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => TextFiles.Read());
    }

    [SharedFact]
    public void Tiny_shakespeare_has_its_published_size_and_entropies()
    {
        var text = TextFiles.Read(SharedData.At("data", "training", "tinyshakespeare.txt"));
        var vocabulary = TextVocabulary.Characters(text);
        Assert.Equal(65, vocabulary.Size);
        var (train, heldOut) = TokenSequence.Of("tinyshakespeare.txt", text, vocabulary).Split();
        Assert.Equal((1_003_854, 111_540), (train.Count, heldOut.Count));
        Assert.Equal(3.3091, train.UnigramEntropy(), 1e-4);
        Assert.Equal(2.4519, train.BigramEntropy(), 1e-4);
    }

    private static string Error(string path) => Assert.Throws<TextException>(() => TextFiles.Read(path)).Message;

    private string Written(string name, byte[] content)
    {
        File.WriteAllBytes(_folder.In(name), content);
        return _folder.In(name);
    }
}
