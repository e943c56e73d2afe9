namespace Deep.Training;

/// <summary>A text, a vocabulary or a sequence of tokens cannot be used.</summary>
public sealed class TextException : DeepException
{
    /// <summary>An error that names the text and the reason.</summary>
    /// <param name="text">The file's path, or what the text is called.</param>
    /// <param name="reason">What is wrong and where, what was expected and what was found.</param>
    /// <param name="inner">The error behind it, if any.</param>
    public TextException(string text, string reason, Exception? inner = null)
        : base($"{text}: {reason}", inner) => Text = text;

    /// <summary>The file's path, or what the text is called.</summary>
    public string Text { get; }
}
