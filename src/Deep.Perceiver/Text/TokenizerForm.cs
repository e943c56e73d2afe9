namespace Deep.Perceivers;

/// <summary>Which implementation's rules a <see cref="ByteTokenizer"/> follows around the bytes.</summary>
public enum TokenizerForm
{
    /// <summary>
    /// Hugging Face: a text stands between CLS and SEP, and the special tokens' names in it, such as <c>[MASK]</c>, are
    /// the tokens themselves.
    /// </summary>
    HuggingFace,

    /// <summary>DeepMind: the bytes and nothing else; brackets in a text are only brackets.</summary>
    DeepMind,
}
