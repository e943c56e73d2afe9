using System.Text.Json;
using Deep.Checkpoints;
using Deep.Training;

namespace Deep.Cli.Training;

/// <summary>The vocabularies that a command line can name.</summary>
internal static class VocabularyChoice
{
    /// <summary>The different characters of the text.</summary>
    public const string Characters = "characters";

    private const string Bytes = "bytes";

    /// <summary>The vocabulary of a name.</summary>
    /// <param name="name">characters, bytes, gpt2, or a folder with vocab.json and merges.txt.</param>
    /// <param name="text">The text whose characters are meant by characters.</param>
    /// <exception cref="WrongInputException">There is no such vocabulary.</exception>
    /// <exception cref="TextException">A file of it is missing or damaged.</exception>
    public static TextVocabulary Find(string name, string text) => name switch
    {
        Characters => TextVocabulary.Characters(text),
        Bytes => TextVocabulary.Bytes(),
        TokenizerVocabulary.Gpt2 => TokenizerVocabulary.OfGpt2(),
        _ => Directory.Exists(name)
            ? TokenizerVocabulary.OfFolder(name)
            : throw new WrongInputException(
                $"There is no vocabulary '{name}': expected {Characters}, {Bytes}, {TokenizerVocabulary.Gpt2}, or a folder with vocab.json and merges.txt."),
    };

    /// <summary>The vocabulary that is stored with a model; null where there is none.</summary>
    /// <param name="model">The model's file.</param>
    /// <exception cref="TextException">It is damaged.</exception>
    public static TextVocabulary? Of(ICheckpoint model)
    {
        if (!model.Metadata.TryGetValue(TextVocabulary.MetadataKey, out var json))
        {
            return null;
        }

        return TokenizerVocabulary.TryFromJson(json, model.Path) ?? TextVocabulary.FromJson(json, model.Path);
    }
}
