using Deep.Perceivers;
using Deep.Tensors;
using TorchSharp;

namespace Deep.Tests.Perceivers;

public sealed class ByteTokenizerTests
{
    private static readonly ByteTokenizer HuggingFace = new();
    private static readonly ByteTokenizer DeepMind = new(TokenizerForm.DeepMind);

    [Fact]
    public void A_byte_is_a_token_six_above_it()
    {
        Assert.Equal([4, 103, 5], HuggingFace.Encode("a"));
        Assert.Equal([103], DeepMind.Encode("a"));
        Assert.Equal([4, 5], HuggingFace.Encode(""));
        Assert.Equal([232, 136, 178], DeepMind.Encode("€"));
        Assert.Equal([6, 133], DeepMind.Encode("\0\u007f"));
    }

    [Fact]
    public void Names_of_special_tokens_are_tokens_in_the_Hugging_Face_form_only()
    {
        Assert.Equal([0, 1, 2, 3, 4, 5], HuggingFace.Encode("[PAD][BOS][EOS][MASK][CLS][SEP]", addSpecial: false));
        Assert.Equal(DeepMind.Encode("[[MASK[mask] [UNK]"), HuggingFace.Encode("[[MASK[mask] [UNK]", addSpecial: false));
        Assert.Equal([97, 3, 99], HuggingFace.Encode("[[MASK]]", addSpecial: false));
        Assert.Equal(6, DeepMind.Encode("[MASK]").Length);
    }

    [Fact]
    public void Every_text_comes_back_whatever_its_script()
    {
        foreach (var text in new[] { "", "naïve café", "日本語", "👩‍🚀", " tabs\tand\r\n", "\0", "ﷺ" })
        {
            Assert.Equal(text, DeepMind.Decode(DeepMind.Encode(text)));
            Assert.Equal(text, HuggingFace.Decode(HuggingFace.Encode(text), skipSpecial: true));
        }

        Assert.Equal("[CLS]Te[SEP]", HuggingFace.Decode([4, 90, 107, 5]));
        Assert.Equal("\uFFFD", DeepMind.Decode([232, 136]));
        Assert.Equal("\uFFFD", DeepMind.Decode(DeepMind.Encode("\uD800")));
    }

    [Fact]
    public void Two_texts_are_a_pair()
    {
        Assert.Equal([4, 103, 104, 5, 105, 5], HuggingFace.EncodePair("ab", "c"));
        Assert.Throws<ConfigurationException>(() => DeepMind.EncodePair("a", "b"));
        Assert.Throws<ShapeException>(() => HuggingFace.EncodePair(new('a', 2000), new('b', 46)));
        Assert.Equal(2048, HuggingFace.EncodePair(new('a', 2000), new('b', 45)).Length);
    }

    [Fact]
    public void A_longer_text_than_2048_is_one_clear_error_or_cut()
    {
        Assert.Equal(2048, DeepMind.Encode(new string('x', 2048)).Length);
        Assert.Equal(2048, HuggingFace.Encode(new string('x', 2046)).Length);
        var error = Assert.Throws<ShapeException>(() => HuggingFace.Encode(new string('x', 2047)));
        Assert.Contains("at most 2048 tokens, special ones included, but this one has 2049", error.Message, StringComparison.Ordinal);
        Assert.Contains("has 2049", Assert.Throws<ShapeException>(() => DeepMind.Encode(new('x', 2049))).Message, StringComparison.Ordinal);
        var cut = HuggingFace.Encode(new string('x', 5000), truncate: true);
        Assert.Equal((2048, 5), (cut.Length, cut[^1]));
        Assert.Throws<ShapeException>(() => HuggingFace.EncodeBatch(["short", new string('x', 3000)]));
    }

    [Fact]
    public void A_batch_is_filled_up_and_leaves_no_tensors()
    {
        var batch = HuggingFace.EncodeBatch(["ab", "c"]);
        Assert.Equal((2, 4), (batch.Sequences, batch.Length));
        Assert.Equal([4, 103, 104, 5, 4, 105, 5, 0], batch.Tokens);
        Assert.Equal([true, true, true, true, true, true, true, false], batch.Mask);
        Assert.Equal(16, HuggingFace.EncodeBatch(["ab"], 16).Length);
        Assert.Throws<ShapeException>(() => HuggingFace.EncodeBatch(["abcdef"], 6));
        Assert.Throws<ShapeException>(() => HuggingFace.EncodeBatch([]));
        Assert.Equal(6, HuggingFace.EncodeBatch(["abcdef"], 6, truncate: true).Length);
        var live = new LiveTensors();
        using (var tokens = batch.ToTensor())
        using (var mask = batch.MaskTensor())
        {
            Assert.Equal([2, 4], tokens.shape);
            Assert.Equal([4L, 103, 104, 5, 4, 105, 5, 0], tokens.data<long>().ToArray());
            Assert.Equal(7, mask.sum().ToInt64());
        }

        Assert.True(live.Created <= 1, "the sum above is the only tensor left");
    }

    [Fact]
    public void A_token_that_is_none_and_a_setting_that_is_none_are_named()
    {
        Assert.Contains("262", Assert.Throws<ShapeException>(() => DeepMind.Decode([103, 262])).Message, StringComparison.Ordinal);
        Assert.Throws<ShapeException>(() => DeepMind.Decode([-1]));
        Assert.Throws<ConfigurationException>(() => new ByteTokenizer((TokenizerForm)7));
        Assert.Throws<ConfigurationException>(() => new ByteTokenizer(maxLength: 3));
    }
}
