using System.Text.Json;
using Deep.Parity.Cases;
using Deep.Parity.Comparison;
using Deep.Perceivers;

namespace Deep.Parity.Families.Perceivers;

/// <summary>The byte tokenizer against Hugging Face's and DeepMind's, both ways.</summary>
internal static class TokenizerCase
{
    private static readonly ByteTokenizer HuggingFace = new(TokenizerForm.HuggingFace);
    private static readonly ByteTokenizer DeepMind = new(TokenizerForm.DeepMind);

    /// <summary>Compares all texts, the pair, the padded and truncated ones, and the decoded tokens.</summary>
    public static void Run(ParityCase parity, CaseCheck check)
    {
        var root = parity.Root;
        foreach (var text in root.GetProperty("cases").EnumerateArray())
        {
            var content = Text(text, "text");
            Agree(check, $"hf_ids of '{content}'", text, "hf_ids", HuggingFace.Encode(content));
            Agree(check, $"hf_ids_no_special of '{content}'", text, "hf_ids_no_special",
                HuggingFace.Encode(content, addSpecial: false));
            Agree(check, $"dm_ids of '{content}'", text, "dm_ids", DeepMind.Encode(content));
        }

        var pair = root.GetProperty("pair");
        Agree(check, "the pair", pair, "ids", HuggingFace.EncodePair(Text(pair, "a"), Text(pair, "b")));
        Padded(root.GetProperty("padded"), check);
        var cut = root.GetProperty("truncated");
        var shorter = new ByteTokenizer(TokenizerForm.HuggingFace, cut.GetProperty("max_length").GetInt32());
        Agree(check, "the truncated text", cut, "ids", shorter.Encode(Text(cut, "text"), truncate: true));
        foreach (var decoded in root.GetProperty("decode").EnumerateArray())
        {
            int[] tokens = [.. Numbers(decoded, "ids").Select(id => (int)id)];
            Same(check, decoded, "hf", HuggingFace.Decode(tokens));
            Same(check, decoded, "hf_skip_special", HuggingFace.Decode(tokens, skipSpecial: true));
            Same(check, decoded, "dm", DeepMind.Decode(tokens));
        }
    }

    private static void Padded(JsonElement padded, CaseCheck check)
    {
        string[] texts = [.. padded.GetProperty("texts").EnumerateArray().Select(text => text.GetString()!)];
        var batch = HuggingFace.EncodeBatch(texts, padded.GetProperty("max_length").GetInt32());
        check.Agree("the padded tokens", All(padded, "ids"), [.. batch.Tokens.Select(token => (double)token)], 0);
        check.Agree("the padded mask", All(padded, "mask"), [.. batch.Mask.Select(isText => isText ? 1.0 : 0)], 0);
    }

    private static void Agree(CaseCheck check, string what, JsonElement holder, string key, int[] tokens) =>
        check.Agree(what, Numbers(holder, key), [.. tokens.Select(token => (double)token)], 0);

    private static void Same(CaseCheck check, JsonElement holder, string key, string text) =>
        check.Agree($"the decoded text of {key}", [.. Text(holder, key).Select(c => (double)c)], [.. text.Select(c => (double)c)], 0);

    private static string Text(JsonElement holder, string key) => holder.GetProperty(key).GetString()!;

    private static double[] Numbers(JsonElement holder, string key) =>
        [.. holder.GetProperty(key).EnumerateArray().Select(number => number.GetDouble())];

    private static double[] All(JsonElement holder, string key) => [.. holder.GetProperty(key).EnumerateArray()
        .SelectMany(row => row.EnumerateArray().Select(number => number.GetDouble()))];
}
