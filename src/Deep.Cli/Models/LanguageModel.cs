using Deep.Checkpoints;
using Deep.Cli.Training;
using Deep.Training;
using Deep.Training.SignalPropagation;
using static TorchSharp.torch;

namespace Deep.Cli.Models;

/// <summary>A saved transformer with the vocabulary that it was trained with.</summary>
/// <param name="Model">The model, in evaluation mode.</param>
/// <param name="Vocabulary">The vocabulary; null where the file has none.</param>
internal sealed record LanguageModel(VanillaTransformer Model, TextVocabulary? Vocabulary) : IDisposable
{
    /// <summary>Loads both from a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="device">Where the model is put.</param>
    /// <exception cref="WrongInputException">There is no such file, or its vocabulary is not the model's.</exception>
    /// <exception cref="DeepException">The file is damaged, or holds another kind of model.</exception>
    public static LanguageModel Load(string path, Device device)
    {
        if (!File.Exists(path))
        {
            throw new WrongInputException($"There is no model '{path}'; expected a file that 'deep train text' wrote.");
        }

        using var checkpoint = Checkpoint.Open(path);
        var vocabulary = VocabularyChoice.Of(checkpoint);
        var model = VanillaTransformer.Load(checkpoint, device);
        if (vocabulary is not null && vocabulary.Size != model.Config.Vocabulary)
        {
            using (model)
            {
                throw new WrongInputException(
                    $"'{path}' is damaged: expected a vocabulary of the model's {model.Config.Vocabulary} tokens, found one of {vocabulary.Size}.");
            }
        }

        return new LanguageModel(model, vocabulary);
    }

    public void Dispose() => Model.Dispose();
}
