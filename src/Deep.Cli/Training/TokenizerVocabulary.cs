using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Deep.Training;
using Microsoft.ML.Tokenizers;

namespace Deep.Cli.Training;

/// <summary>A byte-level BPE vocabulary: GPT-2's, or one of a folder with vocab.json and merges.txt.</summary>
/// <remarks>The files of a folder are stored with the model, so that its file alone is enough.</remarks>
internal sealed partial class TokenizerVocabulary : TextVocabulary
{
    /// <summary>The name of GPT-2's, which the tool brings along.</summary>
    public const string Gpt2 = "gpt2";

    private const string ByteLevelBpe = "byte-level-bpe";
    private const int Gpt2Size = 50_257;
    private readonly Tokenizer _tokenizer;
    private readonly string _json;

    private TokenizerVocabulary(string kind, int size, Tokenizer tokenizer, string json) =>
        (Kind, Size, _tokenizer, _json) = (kind, size, tokenizer, json);

    public override string Kind { get; }

    public override int Size { get; }

    public static TokenizerVocabulary OfGpt2() =>
        new(Gpt2, Gpt2Size, TiktokenTokenizer.CreateForModel(Gpt2), new JsonObject { ["kind"] = Gpt2 }.ToJsonString());

    /// <summary>The vocabulary of a folder.</summary>
    /// <exception cref="TextException">A file is missing or damaged.</exception>
    public static TokenizerVocabulary OfFolder(string folder)
    {
        var vocabulary = TextFiles.Read(Path.Combine(folder, "vocab.json"));
        var merges = TextFiles.Read(Path.Combine(folder, "merges.txt")).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !line.StartsWith("#version", StringComparison.Ordinal));
        var json = $$"""{"kind":"{{ByteLevelBpe}}","vocabulary":{{vocabulary}},"merges":{{JsonSerializer.Serialize(merges)}}}""";
        return TryFromJson(json, folder)!;
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null where it is another kind of vocabulary.</summary>
    /// <exception cref="TextException">It is damaged.</exception>
    public static TokenizerVocabulary? TryFromJson(string json, string source)
    {
        try
        {
            var root = JsonNode.Parse(json)!.AsObject();
            return (string?)root["kind"] switch
            {
                Gpt2 => OfGpt2(),
                ByteLevelBpe => ByteLevel(root),
                _ => null,
            };
        }
        catch (Exception error) when (error is JsonException or InvalidOperationException or ArgumentException or NullReferenceException or FormatException)
        {
            throw new TextException(source, $"expected a vocabulary (the content of vocab.json and merges.txt), found something else: {error.Message}", error);
        }
    }

    public override int[] Encode(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return [.. _tokenizer.EncodeToIds(text)];
    }

    public override string Decode(IReadOnlyList<int> tokens)
    {
        Require(tokens);
        return _tokenizer.Decode(tokens) ?? "";
    }

    public override string ToJson() => _json;

    private static TokenizerVocabulary ByteLevel(JsonObject root)
    {
        var tokens = root["vocabulary"]!.AsObject().Select(token => KeyValuePair.Create(token.Key, (int)token.Value!)).ToList();
        var size = tokens.Max(token => token.Value) + 1;
        var options = new BpeOptions(tokens)
        {
            Merges = [.. root["merges"]!.AsArray().Select(merge => (string)merge!)],
            ByteLevel = true,
            PreTokenizer = new RegexPreTokenizer(Gpt2Pieces(), null),
        };
        return new TokenizerVocabulary(ByteLevelBpe, size, BpeTokenizer.Create(options), root.ToJsonString());
    }

    // GPT-2's division of text into words, within which tokens are merged.
    [GeneratedRegex(@"'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+")]
    private static partial Regex Gpt2Pieces();
}
